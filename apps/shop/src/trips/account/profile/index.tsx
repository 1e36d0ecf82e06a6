// My name, picture and phone, and the way out.
import { bindPhone, getMe, updateMe, type Got, type Id } from '@jishi/contract';
import { Input, View, type ButtonProps } from '@tarojs/components';
import { useState } from 'react';
import { api, uploadPicture } from '@/api';
import { go } from '@/bridge/go';
import { place } from '@/bridge/place';
import { ask, note, praise } from '@/bridge/say';
import { uploadBridge } from '@/bridge/upload';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Trouble } from '@/parts/empty';
import { Page } from '@/parts/page';
import { Picture } from '@/parts/picture';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { keepMe, signOut } from '@/session/session';
import './index.scss';

type Me = Got<typeof getMe>;

export default function Profile() {
  const asked = useAsk('me', () => api(getMe, {}));
  const me = asked.value;
  function put(next: Me) {
    keepMe(next);
    asked.put(next);
  }
  async function leave() {
    if (!(await ask('退出登录？', '购物车和订单会为你保留', '退出'))) return;
    await signOut();
    go.tab('me');
  }
  return (
    <Page title="个人资料">
      {me === null && asked.problem !== null && <Trouble problem={asked.problem} onRetry={() => void asked.reload()} />}
      {me === null && asked.problem === null && <TextBones count={2} />}
      {me !== null && (
        <>
          <Fields me={me} put={put} />
          <View className="profile-foot">
            <Button block kind="line" onTap={() => void leave()}>
              退出登录
            </Button>
          </View>
        </>
      )}
    </Page>
  );
}

function Fields({ me, put }: { me: Me; put: (me: Me) => void }) {
  const [name, setName] = useState(me.nickname);
  const { busy, run } = useRun();
  async function changeFace() {
    const [face] = await uploadBridge.choose(1);
    if (face === undefined) return;
    await run(async () => {
      const picture = await uploadPicture(face);
      put(await api(updateMe, { avatarFileId: picture.fileId as Id<'file'> }));
    }, '头像已更新');
  }
  return (
    <>
      <View className="card profile-card">
        <Tap className="field" onTap={() => !busy && void changeFace()}>
          <View className="grow">头像</View>
          <Picture className="profile-face" url={me.avatarUrl} instead="user" />
        </Tap>
        <View className="field">
          <View className="field-name">昵称</View>
          <Input
            className="field-input"
            value={name}
            maxlength={20}
            placeholder="最多 20 个字"
            placeholderClass="placeholder"
            onInput={(event) => setName(event.detail.value)}
          />
          {name.trim() !== '' && name.trim() !== me.nickname && (
            <Button
              size="s"
              busy={busy}
              onTap={() => void run(async () => put(await api(updateMe, { nickname: name.trim() })), '已保存')}
            >
              保存
            </Button>
          )}
        </View>
        <PhoneField
          me={me}
          busy={busy}
          bind={(code) => run(async () => put(await api(bindPhone, { code })), '已绑定')}
        />
      </View>
    </>
  );
}

type PhoneEvent = Parameters<NonNullable<ButtonProps['onGetPhoneNumber']>>[0];

function PhoneField({ me, busy, bind }: { me: Me; busy: boolean; bind: (code: string) => Promise<void> }) {
  function got(event: PhoneEvent) {
    // Without a code the buyer has said no, which is their right.
    if (event.detail.code) void bind(event.detail.code);
  }
  // Only the mini-program can ask WeChat for the number; orders carry the number of their address.
  if (place.name === 'h5' && me.phone === null) return null;
  return (
    <View className="field">
      <View className="field-name">手机号</View>
      <View className="grow num">{me.phone ?? '未绑定'}</View>
      {place.name === 'weapp' && (
        <Button size="s" kind="line" busy={busy} open={{ openType: 'getPhoneNumber', onGetPhoneNumber: got }}>
          {me.phone === null ? '绑定' : '更换'}
        </Button>
      )}
    </View>
  );
}

function useRun() {
  const [busy, setBusy] = useState(false);
  async function run(verb: () => Promise<void>, done: string) {
    setBusy(true);
    try {
      await verb();
      praise(done);
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return { busy, run };
}
