// Asks for a sign-in only when something needs one, with the terms in plain sight.
import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { go } from '@/bridge/go';
import { note } from '@/bridge/say';
import { Button } from '@/parts/button';
import { Icon } from '@/parts/icon';
import { Sheet } from '@/parts/sheet';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { asProblem } from '@/session/ask';
import { signIn, useAsking } from '@/session/session';
import './index.scss';

export function LoginSheet() {
  const asking = useAsking();
  const [agreed, setAgreed] = useState(false);
  const [busy, setBusy] = useState(false);
  async function start() {
    if (!agreed) {
      note('请先阅读并同意用户协议与隐私政策');
      return;
    }
    setBusy(true);
    try {
      if (await signIn()) asking?.answer(true);
    } catch (problem) {
      note(asProblem(problem).message);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Sheet open={asking !== null} title="登录后继续" onClose={() => asking?.answer(false)}>
      <View className="login">
        <View className="login-mark">
          <Icon name="cart" size="l" tone="on" />
        </View>
        <View className="login-word">登录后可以下单、查看订单与售后进度</View>
        <Button block busy={busy} onTap={() => void start()}>
          微信一键登录
        </Button>
        <Tap className="login-terms" onTap={() => setAgreed(!agreed)}>
          <Tick isOn={agreed} />
          <View className="login-terms-text">
            <Text>我已阅读并同意</Text>
            <TermsLink which="agreement" text="《用户协议》" />
            <Text>与</Text>
            <TermsLink which="privacy" text="《隐私政策》" />
          </View>
        </Tap>
        <Tap className="login-later" onTap={() => asking?.answer(false)}>
          先逛逛
        </Tap>
      </View>
    </Sheet>
  );
}

function TermsLink({ which, text }: { which: 'agreement' | 'privacy'; text: string }) {
  return (
    <Text
      className="login-link"
      onClick={(event) => {
        event.stopPropagation();
        go.terms(which);
      }}
    >
      {text}
    </Text>
  );
}
