// Style sheet and scripts of the simulator's pages. No inline code: the pages run under a strict content policy.

export const styleSheet = `
:root{--green:#07c160;--ink:#181818;--soft:#8a8a8a;--line:#ececec;--paper:#fff;--ground:#ededed;--red:#fa5151;--blue:#576b95}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif}
a{color:var(--blue);text-decoration:none}
button,.button{display:block;width:100%;padding:12px;border:0;border-radius:8px;font:inherit;font-size:17px;font-weight:500;text-align:center;cursor:pointer;background:#f2f2f2;color:var(--ink)}
button:focus-visible,a:focus-visible,label:focus-within{outline:2px solid var(--green);outline-offset:2px}
.primary{background:var(--green);color:#fff}.primary:hover{background:#06ad56}
.quiet{background:none;color:var(--blue);font-size:15px}.danger{background:none;color:var(--soft);font-size:14px}
.phone{max-width:420px;min-height:100vh;margin:0 auto;background:var(--ground);display:flex;flex-direction:column}
.bar{display:flex;align-items:center;justify-content:center;height:48px;background:var(--ground);font-weight:600;position:relative}
.bar small{position:absolute;right:12px;font-weight:400;color:#b26a00;background:#fff3d6;border-radius:4px;padding:1px 6px;font-size:11px}
.slip{background:var(--paper);margin:8px 12px;border-radius:12px;padding:28px 20px 8px;text-align:center}
.slip .item{color:var(--soft);word-break:break-all}.slip .shop{font-weight:500;margin-bottom:2px}
.amount{font-size:46px;font-weight:600;letter-spacing:-1px;margin:6px 0 22px;font-variant-numeric:tabular-nums}.amount i{font-style:normal;font-size:28px;margin-right:4px}
.row{display:flex;justify-content:space-between;gap:16px;padding:12px 0;border-top:1px solid var(--line);text-align:left}.row span:first-child{color:var(--soft);white-space:nowrap}
.row b{font-weight:400;text-align:right;word-break:break-all}
.acts{padding:14px 24px 18px;display:grid;gap:8px;position:sticky;bottom:0;background:var(--ground)}
.people{background:var(--paper);margin:8px 12px;border-radius:12px;overflow:hidden}
.people h2{font-size:13px;font-weight:400;color:var(--soft);margin:0;padding:12px 16px 4px}
.person{display:flex;align-items:center;gap:12px;padding:9px 16px;cursor:pointer;color:inherit;width:100%;background:none;border-radius:0;text-align:left;font-size:16px;font-weight:400}
.person:hover{background:#f7f7f7}.person img{width:40px;height:40px;border-radius:6px}.person em{font-style:normal;color:var(--soft);font-size:13px;margin-left:auto}
.person input{accent-color:var(--green);width:18px;height:18px}
.state{padding:56px 24px 24px;text-align:center}.disc{width:72px;height:72px;border-radius:50%;margin:0 auto 18px;display:grid;place-items:center;color:#fff;font-size:38px;background:var(--green)}
.disc.bad{background:var(--red)}.disc.grey{background:#b2b2b2}.state h1{font-size:21px;margin:0 0 8px}.state p{color:var(--soft);margin:0 0 6px;word-break:break-all}
.qr{width:240px;margin:6px auto 12px}.qr svg{width:100%;height:auto;display:block}
.wide{max-width:1080px;margin:0 auto;padding:24px 16px 64px}
.wide header{display:flex;flex-wrap:wrap;gap:12px;align-items:baseline;justify-content:space-between;margin-bottom:8px}.wide h1{font-size:24px;margin:0}
.wide h2{font-size:17px;margin:28px 0 10px}.lead{color:#555;max-width:44em}
.card{background:var(--paper);border-radius:12px;padding:4px 16px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px}th{text-align:left;color:var(--soft);font-weight:400;padding:10px 8px;white-space:nowrap}
td{padding:10px 8px;border-top:1px solid var(--line);vertical-align:top}td.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px;word-break:break-all}
.tag{display:inline-block;border-radius:4px;padding:0 7px;font-size:12px;background:#eee;color:#555;white-space:nowrap}.tag.good{background:#e3f7ec;color:#067a3e}.tag.bad{background:#fdeaea;color:#b92c2c}.tag.wait{background:#fff3d6;color:#8a5600}
.small{display:inline-block;width:auto;padding:3px 10px;font-size:13px;border-radius:6px;margin:0 4px 4px 0}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px}.fact{background:var(--paper);border-radius:12px;padding:12px 16px}.fact span{color:var(--soft);font-size:13px;display:block}.fact b{font-size:19px;font-weight:600;font-variant-numeric:tabular-nums}
.empty{color:var(--soft);padding:22px 0;text-align:center}.note{font-size:12px;color:var(--soft);text-align:center;padding:8px 24px 20px}
`;

/** Tells the frame's owner the result, or goes back to the shop, or closes the page. */
export const resultScript = `
(function () {
  var end = document.querySelector('[data-result]');
  if (!end) return;
  var result = end.getAttribute('data-result'), back = end.getAttribute('data-back');
  function leave() {
    if (window.parent !== window) window.parent.postMessage({ source: 'wechat-sim', result: result }, '*');
    else window.location.replace(back || '/');
  }
  var button = document.querySelector('[data-leave]');
  if (button) button.addEventListener('click', function (event) { event.preventDefault(); leave(); });
  var framed = window.parent !== window;
  if (!end.hasAttribute('data-stay') && (framed || back)) window.setTimeout(leave, result === 'ok' ? 900 : 0);
})();
`;

/** Buttons of the home page: each posts one control verb and reloads. */
export const homeScript = `
document.addEventListener('click', function (event) {
  var button = event.target.closest('[data-verb]');
  if (!button) return;
  button.disabled = true;
  fetch('/__sim/' + button.getAttribute('data-verb'), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: button.getAttribute('data-body') || '{}'
  }).then(function (response) {
    return response.ok ? null : response.json().then(function (told) { window.alert(told.message); });
  }).finally(function () { window.location.reload(); });
});
`;

/**
 * `WeixinJSBridge` for browsers that are not WeChat. A development server adds it to its pages; the pages themselves only use
 * the bridge when it is there, as they would inside WeChat.
 */
export const bridgeScript = (publicUrl: string): string => `
(function () {
  if (window.WeixinJSBridge) return;
  var base = ${JSON.stringify(publicUrl)};
  function openCashier(path, answer, params, done) {
    var query = Object.keys(params).map(function (key) { return encodeURIComponent(key) + '=' + encodeURIComponent(params[key]); }).join('&');
    var shade = document.createElement('div');
    shade.id = 'wechat-sim-cashier';
    shade.setAttribute('style', 'position:fixed;inset:0;z-index:2147483000;background:rgba(0,0,0,.55);display:flex;align-items:flex-end;justify-content:center');
    var frame = document.createElement('iframe');
    frame.src = base + path + '?' + query;
    frame.title = '模拟微信收银台';
    frame.setAttribute('style', 'border:0;width:100%;max-width:420px;height:min(640px,92vh);border-radius:14px 14px 0 0;background:#ededed');
    shade.appendChild(frame);
    function finish(result) {
      window.removeEventListener('message', hear);
      shade.remove();
      done({ err_msg: answer + ':' + result });
    }
    function hear(event) {
      if (event.source === frame.contentWindow && event.data && event.data.source === 'wechat-sim') finish(event.data.result);
    }
    window.addEventListener('message', hear);
    shade.addEventListener('click', function (event) { if (event.target === shade) finish('cancel'); });
    document.body.appendChild(shade);
  }
  window.WeixinJSBridge = {
    invoke: function (name, params, done) {
      var told = done || function () {};
      if (name === 'getBrandWCPayRequest') openCashier('/cashier/jsapi', 'get_brand_wcpay_request', params || {}, told);
      else if (name === 'requestMerchantTransfer') openCashier('/cashier/transfer', name, params || {}, told);
      else told({ err_msg: name + ':fail not supported by the simulator' });
    },
    on: function () {},
    call: function () {}
  };
  document.dispatchEvent(new Event('WeixinJSBridgeReady'));
})();
`;
