// A sum explained: each step with its reason.
import type { QuoteView } from '@jishi/contract';
import { Text, View } from '@tarojs/components';
import { Price } from '@/parts/price';
import './steps.scss';

type Step = QuoteView['sellers'][number]['steps'][number];

export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <View>
      {steps.map((step) => (
        <View key={step.label} className="step">
          <View className="grow">
            <Text>{step.label}</Text>
            {step.why !== '' && <View className="muted">{step.why}</View>}
          </View>
          <Price fen={step.amountFen} size="s" tone={step.amountFen < 0 ? 'brand' : 'ink'} />
        </View>
      ))}
    </View>
  );
}
