// The HTML of the cashier, the login and the result pages: phone-sized, Chinese, without any framework.
import type { Counter } from './cashier.ts';
import type { TransferState } from './surface.ts';
import type { Person, Transfer } from './world.ts';

export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** 12345 -> 123.45. Integers only: no floating point near money. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : '';
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function shell(title: string, body: string, script?: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>${escape(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/sim.css"></head>
<body>${body}${script === undefined ? '' : `<script src="/assets/${script}"></script>`}</body></html>`;
}

const bar = (title: string): string => `<div class="bar">${escape(title)}<small>模拟</small></div>`;

export type CashierPage = {
  counter: Counter;
  merchantName: string;
  back: string | null;
  people: Person[];
  walletFen: number;
};

export function cashierPage(page: CashierPage): string {
  const { order, prepay, payer, payerFixed } = page.counter;
  const hidden = `<input type="hidden" name="prepay_id" value="${escape(prepay.id)}"><input type="hidden" name="redirect_url" value="${escape(page.back ?? '')}">`;
  const method = payerFixed && page.walletFen < order.totalFen ? '招商银行储蓄卡 (0403)' : '零钱';
  const who = payerFixed
    ? `<div class="row"><span>付款人</span><b>${escape(payer.name)}</b></div><input type="hidden" name="person" value="${escape(payer.id)}">`
    : '';
  const choice = payerFixed
    ? ''
    : `<div class="people"><h2>由谁付款</h2>${page.people.map((person, at) => payerRow(person, at === 0)).join('')}</div>`;
  return shell(
    '微信支付（模拟）',
    `<form class="phone" method="post" action="/cashier/decide">${bar('确认支付')}${hidden}
<div class="slip"><div class="shop">${escape(page.merchantName)}</div><div class="item">${escape(order.description)}</div>
<div class="amount"><i>¥</i>${yuan(order.totalFen)}</div>
<div class="row"><span>付款方式</span><b>${method}</b></div>${who}
<div class="row"><span>商户单号</span><b>${escape(order.outTradeNo)}</b></div></div>${choice}
<div class="acts"><button class="primary" name="result" value="ok">确认支付</button>
<button class="quiet" name="result" value="cancel">取消</button>
<button class="danger" name="result" value="fail">模拟支付失败</button></div>
<div class="note">这是模拟收银台，不会发生真实扣款</div></form>`,
  );
}

function payerRow(person: Person, checked: boolean): string {
  return `<label class="person"><img src="/avatar/${person.id}.svg" alt=""><span>${escape(person.name)}</span><em>${escape(person.phone)}</em>
<input type="radio" name="person" value="${escape(person.id)}"${checked ? ' checked' : ''}></label>`;
}

export type ResultPage = {
  result: 'ok' | 'cancel' | 'fail';
  amountFen: number;
  merchantName: string;
  back: string | null;
};

const resultWords = {
  ok: { title: '支付成功', disc: '', mark: '✓' },
  cancel: { title: '已取消', disc: ' grey', mark: '–' },
  fail: { title: '支付失败', disc: ' bad', mark: '!' },
} as const;

export function resultPage(page: ResultPage): string {
  const words = resultWords[page.result];
  const amount = page.result === 'ok' ? `<div class="amount"><i>¥</i>${yuan(page.amountFen)}</div>` : '';
  return shell(
    words.title,
    `<div class="phone">${bar('微信支付')}<div class="state" data-result="${page.result}" data-back="${escape(page.back ?? '')}">
<div class="disc${words.disc}">${words.mark}</div><h1>${words.title}</h1><p>${escape(page.merchantName)}</p>${amount}</div>
<div class="acts"><a class="button primary" data-leave href="${escape(page.back ?? '/')}">完成</a></div></div>`,
    'result.js',
  );
}

export function transferPage(page: {
  transfer: Transfer;
  receiver: Person;
  merchantName: string;
  hidden: Record<string, string>;
}): string {
  const { transfer, receiver } = page;
  return shell(
    '微信转账收款（模拟）',
    `<form class="phone" method="post" action="/cashier/transfer">${bar('待收款')}${hiddenInputs(page.hidden)}
<div class="slip"><div class="shop">${escape(page.merchantName)}</div><div class="item">${escape(transfer.perception ?? transfer.remark)}</div>
<div class="amount"><i>¥</i>${yuan(transfer.amountFen)}</div>
<div class="row"><span>收款人</span><b>${escape(receiver.name)}</b></div>
<div class="row"><span>存入</span><b>零钱</b></div>
<div class="row"><span>转账单号</span><b>${escape(transfer.outBillNo)}</b></div></div>
<div class="acts"><button class="primary" name="result" value="ok">确认收款</button>
<button class="quiet" name="result" value="cancel">暂不收款</button></div>
<div class="note">这是模拟收款页，不会发生真实转账。24 小时内未确认将退回商家</div></form>`,
  );
}

export function receivedPage(page: { state: TransferState; merchantName: string; back: string | null }): string {
  const [title, disc, mark] =
    page.state === 'FAIL'
      ? ['收款失败', ' bad', '!']
      : page.state === 'SUCCESS'
        ? ['已收款', '', '✓']
        : ['收款处理中', '', '✓'];
  const result = page.state === 'FAIL' ? 'fail' : 'ok';
  return shell(
    title,
    `<div class="phone">${bar('微信转账')}<div class="state" data-result="${result}" data-back="${escape(page.back ?? '')}">
<div class="disc${disc}">${mark}</div><h1>${title}</h1><p>${escape(page.merchantName)}</p></div>
<div class="acts"><a class="button primary" data-leave href="${escape(page.back ?? '/')}">完成</a></div></div>`,
    'result.js',
  );
}

/** A cashier that does not open. Inside a frame the shop is told `fail`. */
export function refusalPage(sentence: string, back: string | null): string {
  return shell(
    '无法支付',
    `<div class="phone">${bar('微信支付')}<div class="state" data-stay data-result="fail" data-back="${escape(back ?? '')}">
<div class="disc bad">!</div><h1>无法支付</h1><p>${escape(sentence)}</p></div>
<div class="acts"><a class="button" data-leave href="${escape(back ?? '/')}">返回商家</a></div></div>`,
    'result.js',
  );
}

export function qrPage(page: {
  svg: string;
  codeUrl: string;
  amountFen: number;
  description: string;
  merchantName: string;
}): string {
  return shell(
    '微信扫码支付（模拟）',
    `<div class="phone">${bar('微信扫码支付')}<div class="slip"><div class="shop">${escape(page.merchantName)}</div>
<div class="item">${escape(page.description)}</div><div class="amount"><i>¥</i>${yuan(page.amountFen)}</div><div class="qr">${page.svg}</div></div>
<div class="acts"><a class="button primary" href="/cashier/native?code_url=${encodeURIComponent(page.codeUrl)}">用模拟微信扫码</a></div>
<div class="note">请使用微信扫一扫完成支付。此码仅模拟微信可以识别</div></div>`,
  );
}

const hiddenInputs = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('');

export function loginPage(page: { title: string; people: Person[]; hidden: Record<string, string> }): string {
  const inputs = hiddenInputs(page.hidden);
  const rows = page.people
    .map(
      (person) =>
        `<button class="person" name="person" value="${escape(person.id)}"><img src="/avatar/${person.id}.svg" alt=""><span>${escape(person.name)}</span><em>${escape(person.phone)}</em></button>`,
    )
    .join('');
  return shell(
    '微信登录（模拟）',
    `<form class="phone" method="get" action="/connect/oauth2/confirm">${bar('微信登录')}${inputs}
<div class="slip"><div class="shop">${escape(page.title)}</div><div class="item">申请获得你的微信身份</div><p></p></div>
<div class="people"><h2>选择以谁的身份登录</h2>${rows}</div><div class="note">模拟微信的演示人物，姓名与号码均为虚构</div></form>`,
  );
}

export function avatarSvg(person: Person): string {
  const letter = escape([...person.name].at(-1) ?? '人');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="160" height="160"><rect width="80" height="80" fill="${escape(person.colour)}"/><circle cx="62" cy="16" r="26" fill="#fff" opacity=".12"/><text x="40" y="54" font-size="38" text-anchor="middle" fill="#fff" font-family="sans-serif">${letter}</text></svg>`;
}
