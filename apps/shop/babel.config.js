// How the shop's sources and the contract become JavaScript for phones, after config/typescript-loader.js.
const leanContract = require('./config/lean-contract.js');

module.exports = {
  presets: [
    // 'html' only means: leave JSX alone. The targets: WeChat of the last years, and browsers of phones of that age.
    ['taro', { framework: 'html', compiler: 'webpack5', targets: { ios: '12', chrome: '67' } }],
  ],
  plugins: [
    leanContract,
    [
      'import',
      {
        libraryName: '@nutui/nutui-react-taro',
        camel2DashComponentName: false,
        // Without its style a NutUI component comes out naked.
        customName: (name) => `@nutui/nutui-react-taro/dist/es/packages/${name.toLowerCase()}`,
        style: (name) => `@nutui/nutui-react-taro/dist/es/packages/${name.split('/').pop()}/style/css`,
      },
      'nutui',
    ],
  ],
};
