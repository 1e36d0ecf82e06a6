// Where one types what one looks for; what was looked for before stays on this device.
import { getHome } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { ask } from '@/bridge/say';
import { storage } from '@/bridge/storage';
import { GoodsGrid } from '@/parts/goods-card';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Tap } from '@/parts/tap';
import { useAsk } from '@/session/ask';
import { rememberWord } from './history.ts';
import './index.scss';

const KEPT = 'searches';
const HOT_MAX = 6;

export default function Search() {
  const { params } = useRouter();
  const [word, setWord] = useState(queryValue(params, 'q') ?? '');
  const [words, setWords] = useState(() => storage.read<string[]>(KEPT) ?? []);
  const home = useAsk('hot', () => api(getHome, {}));
  const hot = home.value?.hot.slice(0, HOT_MAX) ?? [];
  function keep(next: string[]) {
    storage.write(KEPT, next);
    setWords(next);
  }
  function search(text: string) {
    const q = text.trim().slice(0, 50);
    if (q === '') return;
    keep(rememberWord(words, q));
    go.relist({ q });
  }
  return (
    <Page title="搜索">
      <View className="search-bar">
        <View className="search-box">
          <Icon name="search" size="s" tone="ink-3" bold />
          <Input
            className="search-input"
            value={word}
            focus
            confirmType="search"
            maxlength={50}
            placeholder="搜索商品名称、品牌"
            placeholderClass="placeholder"
            onInput={(event) => setWord(event.detail.value)}
            onConfirm={(event) => search(event.detail.value)}
          />
          {word !== '' && (
            <Tap className="search-clear" label="清空" onTap={() => setWord('')}>
              <Icon name="close" size="s" tone="ink-3" />
            </Tap>
          )}
        </View>
        <Tap className="search-go" onTap={() => search(word)}>
          搜索
        </Tap>
      </View>
      {words.length > 0 && <Past words={words} onChoose={search} onForget={() => keep([])} />}
      {hot.length > 0 && (
        <>
          <View className="heading search-hot">大家都在买</View>
          <GoodsGrid items={hot} />
        </>
      )}
    </Page>
  );
}

type PastProps = { words: readonly string[]; onChoose: (word: string) => void; onForget: () => void };

function Past({ words, onChoose, onForget }: PastProps) {
  const forget = () => void ask('清除搜索历史？', '清除后无法恢复', '清除').then((yes) => yes && onForget());
  return (
    <View className="search-past">
      <View className="row-between">
        <View className="heading">搜索历史</View>
        <Tap className="search-forget" label="清除搜索历史" onTap={forget}>
          <Icon name="trash" size="s" tone="ink-3" />
        </Tap>
      </View>
      <View className="search-words">
        {words.map((past) => (
          <Tap key={past} className="search-word clamp1" onTap={() => onChoose(past)}>
            {past}
          </Tap>
        ))}
      </View>
    </View>
  );
}
