// Skeletons: the shape of what is coming.
import { View } from '@tarojs/components';
import './index.scss';

const SIX = [0, 1, 2, 3, 4, 5];

/** Cards in two columns. */
export function GoodsBones({ count = 6 }: { count?: number }) {
  return (
    <View className="bones-goods">
      {SIX.slice(0, count).map((index) => (
        <View key={index} className="bones-card">
          <View className="bone bones-square" />
          <View className="bone bones-line" />
          <View className="bone bones-line bones-short" />
        </View>
      ))}
    </View>
  );
}

/** Rows with a picture on the left. */
export function RowBones({ count = 4 }: { count?: number }) {
  return (
    <View>
      {SIX.slice(0, count).map((index) => (
        <View key={index} className="card row">
          <View className="bone bones-thumb" />
          <View className="grow">
            <View className="bone bones-line" />
            <View className="bone bones-line bones-short" />
          </View>
        </View>
      ))}
    </View>
  );
}

/** Blocks of text. */
export function TextBones({ count = 3 }: { count?: number }) {
  return (
    <View>
      {SIX.slice(0, count).map((index) => (
        <View key={index} className="card">
          <View className="bone bones-line" />
          <View className="bone bones-line" />
          <View className="bone bones-line bones-short" />
        </View>
      ))}
    </View>
  );
}
