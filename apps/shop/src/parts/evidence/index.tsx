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
import { Tap } from '@/parts/tap';
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
          <Tap onTap={() => showPictures(urls, urls[index] ?? '')}>
            <Picture className="evidence-picture" url={picture.thumbUrl} label="凭证图片" />
          </Tap>
          <Tap
            className="evidence-remove"
            label="移除图片"
            onTap={() => onChange(pictures.filter((one) => one !== picture))}
          >
            <Icon name="close" size="s" tone="on" bold />
          </Tap>
        </View>
      ))}
      {pictures.length < max && (
        <Tap className="evidence-add" role="button" onTap={() => sending === 0 && void add()}>
          <Icon name="camera" size="l" tone="ink-3" />
          <View className="muted">{sending > 0 ? '上传中…' : `${pictures.length}/${max}`}</View>
        </Tap>
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
        <Tap key={picture.fileId} className="evidence-one" onTap={() => showPictures(urls, urls[index] ?? '')}>
          <Picture className="evidence-picture" url={picture.thumbUrl} label="凭证图片" />
        </Tap>
      ))}
    </View>
  );
}
