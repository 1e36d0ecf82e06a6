// Who takes the money: the real name, and for those who want it the identity and card number. Nothing is shown whole again.
import { isCardNo, isIdNo, type Got, type savePayoutAccount } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { note } from '@/bridge/say';
import { Button } from '@/parts/button';
import { Sheet } from '@/parts/sheet';
import { asProblem } from '@/session/ask';

export type PayoutWish = { realName: string; idNo?: string; cardNo?: string };
type Payout = Got<typeof savePayoutAccount>;
type Props = {
  open: boolean;
  payout: Payout | null;
  save: (wish: PayoutWish) => Promise<void>;
  onClose: () => void;
};

export function PayoutSheet({ open, payout, save, onClose }: Props) {
  const [wish, setWish] = useState({ realName: '', idNo: '', cardNo: '' });
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (open) setWish({ realName: '', idNo: '', cardNo: '' });
  }, [open]);
  const put = (part: Partial<typeof wish>) => setWish((before) => ({ ...before, ...part }));
  async function submit() {
    const problem = problemOf(wish);
    if (problem !== null) {
      note(problem);
      return;
    }
    setBusy(true);
    try {
      const { realName, idNo, cardNo } = wish;
      await save({
        realName: realName.trim(),
        ...(idNo.trim() === '' ? {} : { idNo: idNo.trim() }),
        ...(cardNo.trim() === '' ? {} : { cardNo: cardNo.trim() }),
      });
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Sheet
      open={open}
      title="收款人信息"
      onClose={onClose}
      foot={
        <Button block busy={busy} onTap={() => void submit()}>
          保存
        </Button>
      }
    >
      <Field
        name="真实姓名"
        value={wish.realName}
        hint={payout === null ? '与微信实名一致' : `已填 ${payout.realName}，修改请重新输入`}
        max={30}
        put={(realName) => put({ realName })}
      />
      <Field
        name="身份证号"
        value={wish.idNo}
        hint={payout?.idNo ? `已填 ${payout.idNo}` : '选填，用于代办个税'}
        max={18}
        put={(idNo) => put({ idNo })}
      />
      <Field
        name="银行卡号"
        value={wish.cardNo}
        hint={payout?.cardNo ? `已填 ${payout.cardNo}` : '选填，微信收款异常时备用'}
        max={23}
        put={(cardNo) => put({ cardNo })}
      />
      <View className="ask-note">加密保存，任何页面只显示部分，工作人员查看会被记录</View>
    </Sheet>
  );
}

function problemOf({ realName, idNo, cardNo }: { realName: string; idNo: string; cardNo: string }): string | null {
  if ([...realName.trim()].length < 2) return '请填写微信实名认证的真实姓名';
  if (idNo.trim() !== '' && !isIdNo(idNo.trim().toUpperCase())) return '身份证号有误，请核对';
  if (cardNo.trim() !== '' && !isCardNo(cardNo.replaceAll(/\s/g, ''))) return '银行卡号有误，请核对';
  return null;
}

type FieldProps = { name: string; value: string; hint: string; max: number; put: (value: string) => void };

function Field({ name, value, hint, max, put }: FieldProps) {
  return (
    <View className="field">
      <View className="field-name">{name}</View>
      <Input
        className="field-input"
        value={value}
        maxlength={max}
        placeholder={hint}
        placeholderClass="placeholder"
        onInput={(event) => put(event.detail.value)}
      />
    </View>
  );
}
