// How the shop's sources and the contract become JavaScript for phones, after config/typescript-loader.js.
const leanContract = require('./config/lean-contract.js');

module.exports = {
  presets: [
    // 'html' only means: leave JSX alone. The targets: WeChat of the last years, and browsers of phones of that age.
    ['taro', { framework: 'html', compiler: 'webpack5', targets: { ios: '13', chrome: '78' } }],
  ],
  plugins: [leanContract],
};
