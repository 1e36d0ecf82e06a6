// Where one types what one looks for: what was looked for before, what others buy, and what the shop has while one types.
import { getHome, listProducts, type ProductCardView } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { ask } from '@/bridge/say';
import { storage } from '@/bridge/storage';
import { GoodsGrid } from '@/parts/goods-card';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Picture } from '@/parts/picture';
import { Price } from '@/parts/price';
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
  const home = useAsk('home', () => api(getHome, {}), { keep: true });
  const hot = home.value?.hot.slice(0, HOT_MAX) ?? [];
  const categories = home.value?.categories ?? [];
  const found = useSuggestions(word.trim());
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
      <SearchBar word={word} onWord={setWord} onSearch={search} />
      {word.trim() !== '' ? (
        <Suggestions word={word.trim()} items={found} onSearch={search} />
      ) : (
        <>
          {words.length > 0 && <Past words={words} onChoose={search} onKeep={keep} />}
          {categories.length > 0 && (
            <View className="search-past">
              <View className="heading search-title">热门分类</View>
              <View className="search-words">
                {categories.map(({ id, name }) => (
                  <Tap key={id} className="search-word" role="link" onTap={() => go.list({ categoryId: id, name })}>
                    {name}
                  </Tap>
                ))}
              </View>
            </View>
          )}
          {hot.length > 0 && <View className="heading search-hot">大家都在买</View>}
          <GoodsGrid items={hot} />
        </>
      )}
    </Page>
  );
}

type BarProps = { word: string; onWord: (word: string) => void; onSearch: (word: string) => void };

function SearchBar({ word, onWord, onSearch }: BarProps) {
  return (
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
          onInput={(event) => onWord(event.detail.value)}
          onConfirm={(event) => onSearch(event.detail.value)}
        />
        {word !== '' && (
          <Tap className="search-clear" label="清空" onTap={() => onWord('')}>
            <Icon name="close" size="s" tone="ink-3" />
          </Tap>
        )}
      </View>
      <Tap className="search-go" onTap={() => onSearch(word)}>
        搜索
      </Tap>
    </View>
  );
}

const PAUSE_MS = 260;
const SUGGESTED_MAX = 8;

/** Asked when the fingers rest; a late answer to an earlier word is dropped. */
function useSuggestions(word: string): ProductCardView[] {
  const [found, setFound] = useState<ProductCardView[]>([]);
  useEffect(() => {
    if (word === '') {
      setFound([]);
      return undefined;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      // Suggestions are a courtesy: without them one searches all the same.
      void api(listProducts, { q: word.slice(0, 50), limit: SUGGESTED_MAX })
        .then(({ items }) => isWanted && setFound(items))
        .catch(() => undefined);
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [word]);
  return found;
}

type SuggestionsProps = { word: string; items: readonly ProductCardView[]; onSearch: (word: string) => void };

function Suggestions({ word, items, onSearch }: SuggestionsProps) {
  return (
    <View className="suggested">
      <Tap className="suggestion" onTap={() => onSearch(word)}>
        <Icon name="search" size="s" tone="ink-3" />
        <View className="grow clamp1 suggestion-word">搜索「{word}」</View>
        <Icon name="right" size="s" tone="ink-4" />
      </Tap>
      {items.map((goods) => (
        <Tap key={goods.id} className="suggestion" role="link" onTap={() => go.product(goods.id)}>
          <Picture className="suggestion-picture" url={goods.image?.thumbUrl} />
          <View className="grow clamp1 suggestion-word">{goods.title}</View>
          <Price fen={goods.priceFen} size="s" />
        </Tap>
      ))}
    </View>
  );
}

type PastProps = {
  words: readonly string[];
  onChoose: (word: string) => void;
  onKeep: (words: string[]) => void;
};

function Past({ words, onChoose, onKeep }: PastProps) {
  const [isTidying, setTidying] = useState(false);
  const forget = () => void ask('清除搜索历史？', '清除后无法恢复', '清除').then((yes) => yes && onKeep([]));
  return (
    <View className="search-past">
      <View className="row-between">
        <View className="heading">搜索历史</View>
        {isTidying ? (
          <View className="row">
            <Tap className="search-tidy" onTap={forget}>
              全部清除
            </Tap>
            <Tap className="search-tidy" onTap={() => setTidying(false)}>
              完成
            </Tap>
          </View>
        ) : (
          <Tap className="search-forget" label="整理搜索历史" onTap={() => setTidying(true)}>
            <Icon name="trash" size="s" tone="ink-3" />
          </Tap>
        )}
      </View>
      <View className="search-words">
        {words.map((past) => (
          <Tap
            key={past}
            className="search-word clamp1"
            label={isTidying ? `删除 ${past}` : past}
            onTap={() => (isTidying ? onKeep(words.filter((one) => one !== past)) : onChoose(past))}
          >
            {past}
            {isTidying && <View className="search-x">×</View>}
          </Tap>
        ))}
      </View>
    </View>
  );
}
