// Agreement and privacy, as the shopkeeper wrote them.
import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { queryValue } from '@/bridge/go';
import { TextBones } from '@/parts/bones';
import { Empty, Trouble } from '@/parts/empty';
import { Page } from '@/parts/page';
import { shopSettings } from '@/parts/settings';
import { useAsk } from '@/session/ask';
import './index.scss';

export default function Terms() {
  const { params } = useRouter();
  const isPrivacy = queryValue(params, 'which') === 'privacy';
  const title = isPrivacy ? '隐私政策' : '用户协议';
  const asked = useAsk('terms', shopSettings);
  const text = isPrivacy ? asked.value?.privacy : asked.value?.agreement;
  return (
    <Page title={title}>
      {asked.value === null && asked.problem !== null && (
        <Trouble problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {asked.value === null && asked.problem === null && <TextBones />}
      {text === '' && <Empty icon="doc" title="店铺还没有填写这份文件" />}
      {text !== undefined && text !== '' && (
        <View className="terms">
          {text.split('\n').map((paragraph, index) => (
            <View
              key={index}
              className={`terms-paragraph${/^[一二三四五六七八九十]+、/.test(paragraph) ? ' heading' : ''}`}
            >
              <Text userSelect>{paragraph}</Text>
            </View>
          ))}
        </View>
      )}
    </Page>
  );
}
