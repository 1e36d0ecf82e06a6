// Short words to the buyer: notes, questions, the clipboard.
import { NATIVE } from '@/design/native';
import { announce } from '@/design/web';
import { look } from '@/bridge/look';
import Taro from '@tarojs/taro';

export function note(title: string) {
  announce(title);
  void Taro.showToast({ title, icon: 'none', duration: 2200 });
}

export function praise(title: string) {
  announce(title);
  void Taro.showToast({ title, icon: 'success', duration: 1600 });
}

/** A question with two answers; true when the buyer agrees. */
export async function ask(title: string, content: string, yes = '确定', no = '再想想'): Promise<boolean> {
  const answer = await Taro.showModal({ title, content, confirmText: yes, cancelText: no, confirmColor: NATIVE.brand });
  return answer.confirm;
}

export async function copy(text: string, done = '已复制') {
  await Taro.setClipboardData({ data: text });
  note(done);
}

export const showPictures = look;

export function call(phone: string) {
  void Taro.makePhoneCall({ phoneNumber: phone }).catch(() => undefined);
}

export function setTitle(title: string) {
  void Taro.setNavigationBarTitle({ title });
}
