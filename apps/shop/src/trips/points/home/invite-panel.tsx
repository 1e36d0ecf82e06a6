// Inviting friends: my code and a link, what it has brought, and whose code I came by.
import { bindInvite, getInvite } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useRouter, useShareAppMessage } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { pathOf, queryValue } from '@/bridge/go';
import { copy, note, praise } from '@/bridge/say';
import { shareBridge } from '@/bridge/share';
import { Button } from '@/parts/button';
import { shortOf } from '@/parts/moment';
import { asProblem, useAsk } from '@/session/ask';

const TITLE = '送你一份见面礼，来逛逛';

export function InvitePanel() {
  const asked = useAsk('invite', () => api(getInvite, {}), { keep: true });
  const value = asked.value;
  const path = pathOf('points/home', { invite: value?.code ?? '' });
  useShareAppMessage(() => ({ title: TITLE, path }));
  if (value === null) return null;
  return (
    <View className="card">
      <View className="heading">邀请好友</View>
      <View className="row-between invite-code-row">
        <View>
          <View className="muted">我的邀请码</View>
          <View className="num invite-code">{value.code}</View>
        </View>
        <View className="row invite-acts">
          <Button size="s" kind="line" onTap={() => void copy(value.code, '邀请码已复制')}>
            复制
          </Button>
          {!shareBridge.hasNativeButton && (
            <Button size="s" onTap={() => void shareBridge.share(path, TITLE)}>
              分享
            </Button>
          )}
        </View>
      </View>
      <View className="muted">
        已邀请 {value.invited} 人，获得 {value.earned} 积分
        {value.frozen > 0 ? `，另有 ${value.frozen} 积分待发放` : ''}
      </View>
      {value.people.map((one) => (
        <View key={`${one.at} ${one.nickname}`} className="row-between invite-person">
          <View className="clamp1 grow">{one.nickname}</View>
          <View className="muted">{shortOf(one.at)}</View>
        </View>
      ))}
      {value.inviter === null ? (
        <Bind onBound={() => void asked.reload()} />
      ) : (
        <View className="muted invite-by">我的邀请人：{value.inviter}</View>
      )}
    </View>
  );
}

function Bind({ onBound }: { onBound: () => void }) {
  const { params } = useRouter();
  const [code, setCode] = useState(queryValue(params, 'invite') ?? '');
  const [busy, setBusy] = useState(false);
  async function submit() {
    if (code.trim().length < 4) return note('请填写好友的邀请码');
    setBusy(true);
    try {
      const { inviter } = await api(bindInvite, { code });
      praise(inviter === '' ? '填写成功' : `已接受 ${inviter} 的邀请`);
      onBound();
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return (
    <View className="row invite-bind">
      <Input
        className="grow field-input"
        value={code}
        maxlength={10}
        placeholder="新用户可填写好友的邀请码"
        placeholderClass="placeholder"
        onInput={(event) => setCode(event.detail.value)}
      />
      <Button size="s" kind="line" busy={busy} onTap={() => void submit()}>
        填写
      </Button>
    </View>
  );
}
