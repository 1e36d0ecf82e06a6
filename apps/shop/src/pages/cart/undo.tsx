// What was just taken out can be put back for a few seconds; that is kinder than a question before every removal.
import { View } from '@tarojs/components';
import { useEffect } from 'react';
import { Tap } from '@/parts/tap';

const STAYS_MS = 6000;

type Props = { text: string; onUndo: () => void; onOver: () => void };

export function UndoBar({ text, onUndo, onOver }: Props) {
  useEffect(() => {
    const timer = setTimeout(onOver, STAYS_MS);
    return () => clearTimeout(timer);
    // A new text is a new removal and starts its own time.
  }, [text, onOver]);
  return (
    <View className="undo" ariaRole="status">
      <View className="grow clamp1">{text}</View>
      <Tap className="undo-do" onTap={onUndo}>
        撤销
      </Tap>
    </View>
  );
}
