// Categories: the first level on the left, the second and third on the right.
import { listCategories, type CategoryNode } from '@jishi/contract';
import { ScrollView, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '@/api';
import { go } from '@/bridge/go';
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
  const tree = useAsk('categories', async () => (await api(listCategories, {})).items.filter((one) => one.isVisible), {
    keep: true,
  });
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
      {tree.value === null && tree.problem === null && <ShelfBones />}
      {tree.value !== null && tree.value.length === 0 && <Empty icon="grid" title="还没有分类" />}
      {tree.value !== null && tree.value.length > 0 && <Shelves roots={tree.value} asked={asked} />}
    </Page>
  );
}

function ShelfBones() {
  return (
    <View className="shelves">
      <View className="shelves-left" />
      <View className="shelves-main shelves-bones">
        {[0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => (
          <View key={index} className="leaf">
            <View className="bone leaf-picture" />
          </View>
        ))}
      </View>
    </View>
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
        <View ariaRole="tablist">
          {roots.map((root) => (
            <Tap
              key={root.id}
              className={`shelves-root${root.id === chosen.id ? ' shelves-root-on' : ''}`}
              role="tab"
              isOn={root.id === chosen.id}
              onTap={() => choose(root.id)}
            >
              {root.name}
            </Tap>
          ))}
        </View>
      </ScrollView>
      <Groups key={chosen.id} root={chosen} />
    </View>
  );
}

/** With more groups than fit at a glance, their names stand on top and lead to them. */
const ANCHORS_FROM = 3;

function Groups({ root }: { root: CategoryNode }) {
  const [aim, setAim] = useState<string | null>(null);
  const groups = root.children.filter((child) => child.isVisible);
  return (
    <View className="shelves-main">
      {groups.length >= ANCHORS_FROM && (
        <ScrollView className="anchors" scrollX enableFlex>
          <View className="anchors-row">
            {groups.map((group) => (
              <Tap
                key={group.id}
                className={`anchor${aim === group.id ? ' anchor-on' : ''}`}
                onTap={() => setAim(group.id)}
              >
                {group.name}
              </Tap>
            ))}
          </View>
        </ScrollView>
      )}
      <ScrollView
        className="shelves-right"
        scrollY
        scrollWithAnimation
        {...(aim === null ? {} : { scrollIntoView: `group-${aim}` })}
      >
        <Tap className="shelves-all" role="link" onTap={() => go.list({ categoryId: root.id, name: root.name })}>
          <View>查看全部{root.name}</View>
          <Icon name="right" size="s" tone="brand-deep" />
        </Tap>
        {groups.map((group) => (
          <Group key={group.id} group={group} />
        ))}
      </ScrollView>
    </View>
  );
}

function Group({ group }: { group: CategoryNode }) {
  const leaves = group.children.filter((leaf) => leaf.isVisible);
  const shown = leaves.length > 0 ? leaves : [group];
  return (
    <View id={`group-${group.id}`} className="group rise-enter">
      <Tap className="group-name" role="link" onTap={() => go.list({ categoryId: group.id, name: group.name })}>
        <View className="grow clamp1">{group.name}</View>
        <Icon name="right" size="s" tone="ink-4" />
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
