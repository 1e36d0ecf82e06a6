// Pictures that a buyer adds: chosen, sent one after the other, shown, taken away again.
import type { Picture as PictureView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useState } from 'react';
import { uploadPicture } from '@/api';
import { place } from '@/bridge/place';
import { note, showPictures } from '@/bridge/say';
import { uploadBridge } from '@/bridge/upload';
import { Icon } from '@/parts/icon';
import { Picture } from '@/parts/picture';
import { asProblem } from '@/session/ask';
import './index.scss';

type Props = { pictures: PictureView[]; max: number; onChange: (pictures: PictureView[]) => void };

export function Evidence({ pictures, max, onChange }: Props) {
  const [sending, setSending] = useState(0);
  async function add() {
    const chosen = await uploadBridge.choose(max - pictures.length);
    const kept = [...pictures];
    setSending(chosen.length);
    for (const picture of chosen) {
      try {
        kept.push(await uploadPicture(picture));
        onChange([...kept]);
      } catch (problem) {
        note(asProblem(problem).message);
      }
      setSending((left) => left - 1);
    }
    setSending(0);
  }
  const urls = pictures.map((picture) => place.picture(picture.url));
  return (
    <View className="evidence">
      {pictures.map((picture, index) => (
        <View key={picture.fileId} className="evidence-one">
          <View onClick={() => showPictures(urls, urls[index] ?? '')}>
            <Picture className="evidence-picture" url={picture.thumbUrl} label="凭证图片" />
          </View>
          <View
            className="evidence-remove"
            ariaLabel="移除图片"
            onClick={() => onChange(pictures.filter((one) => one !== picture))}
          >
            <Icon name="close" size="s" colour="#ffffff" bold />
          </View>
        </View>
      ))}
      {pictures.length < max && (
        <View className="evidence-add press" ariaRole="button" onClick={() => sending === 0 && void add()}>
          <Icon name="camera" size="l" colour="#a3958a" />
          <View className="muted">{sending > 0 ? '上传中…' : `${pictures.length}/${max}`}</View>
        </View>
      )}
    </View>
  );
}

/** Pictures only to look at. */
export function PictureRow({ pictures }: { pictures: readonly PictureView[] }) {
  const urls = pictures.map((picture) => place.picture(picture.url));
  return (
    <View className="evidence">
      {pictures.map((picture, index) => (
        <View key={picture.fileId} className="evidence-one" onClick={() => showPictures(urls, urls[index] ?? '')}>
          <Picture className="evidence-picture" url={picture.thumbUrl} label="凭证图片" />
        </View>
      ))}
    </View>
  );
}
