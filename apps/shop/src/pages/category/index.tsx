// Categories: the first level on the left, the second and third on the right.
import { listCategories, type CategoryNode } from '@jishi/contract';
import { ScrollView, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { TextBones } from '@/parts/bones';
import { categoryChoice } from '@/parts/category-choice';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Picture } from '@/parts/picture';
import { Tap } from '@/parts/tap';
import { useAsk } from '@/session/ask';
import { useStore } from '@/session/store';
import './index.scss';

export default function Category() {
  const tree = useAsk('categories', async () => (await api(listCategories, {})).items.filter((one) => one.isVisible));
  const asked = useStore(categoryChoice);
  return (
    <Page title="全部分类" tab flush>
      <Tap className="category-search" role="link" onTap={() => go.search()}>
        <Icon name="search" size="s" tone="ink-3" bold />
        <View className="category-search-word">搜索商品</View>
      </Tap>
      {tree.value === null && tree.problem !== null && (
        <Trouble problem={tree.problem} onRetry={() => void tree.reload()} />
      )}
      {tree.value === null && tree.problem === null && <TextBones />}
      {tree.value !== null && tree.value.length === 0 && <Empty icon="grid" title="还没有分类" />}
      {tree.value !== null && tree.value.length > 0 && <Shelves roots={tree.value} asked={asked} />}
    </Page>
  );
}

function Shelves({ roots, asked }: { roots: CategoryNode[]; asked: string | null }) {
  const [own, setOwn] = useState<string | null>(null);
  const chosen = roots.find((root) => root.id === (asked ?? own)) ?? roots[0];
  if (!chosen) return null;
  function choose(id: string) {
    categoryChoice.set(null);
    setOwn(id);
  }
  return (
    <View className="shelves">
      <ScrollView className="shelves-left" scrollY>
        {roots.map((root) => (
          <Tap
            key={root.id}
            className={`shelves-root${root.id === chosen.id ? ' shelves-root-on' : ''}`}
            onTap={() => choose(root.id)}
          >
            {root.name}
          </Tap>
        ))}
      </ScrollView>
      <ScrollView className="shelves-right" scrollY key={chosen.id}>
        <Tap className="shelves-all" role="link" onTap={() => go.list({ categoryId: chosen.id, name: chosen.name })}>
          <View>查看全部{chosen.name}</View>
          <Icon name="right" size="s" tone="brand-deep" />
        </Tap>
        {chosen.children
          .filter((child) => child.isVisible)
          .map((child) => (
            <Group key={child.id} group={child} />
          ))}
      </ScrollView>
    </View>
  );
}

function Group({ group }: { group: CategoryNode }) {
  const leaves = group.children.filter((leaf) => leaf.isVisible);
  const shown = leaves.length > 0 ? leaves : [group];
  return (
    <View className="group rise-enter">
      <Tap className="group-name" role="link" onTap={() => go.list({ categoryId: group.id, name: group.name })}>
        {group.name}
      </Tap>
      <View className="group-leaves">
        {shown.map((leaf) => (
          <Tap
            key={leaf.id}
            className="leaf"
            role="link"
            onTap={() => go.list({ categoryId: leaf.id, name: leaf.name })}
          >
            <Picture className="leaf-picture" url={leaf.imageUrl} instead="leaf" />
            <View className="leaf-name clamp1">{leaf.name}</View>
          </Tap>
        ))}
      </View>
    </View>
  );
}
