// How Taro builds the shop: two targets from one source.
import path from 'node:path';
import { defineConfig } from '@tarojs/cli';

const firstScreen: unknown = require('./first-screen.js');
const contract = path.resolve(__dirname, '../../../packages/contract/src');
const source = path.resolve(__dirname, '../src');
/** What fewer pages share is cheaper twice than in everybody's way. */
const SHARED_BY_PAGES = 4;

/** The parts of webpack-chain that we touch. */
type Rule = {
  test(what: RegExp): Rule;
  include: { add(where: string): { end(): Rule } };
  sideEffects(value: boolean): Rule;
  use(name: string): { loader(file: string): unknown };
};
type Chain = {
  module: { rule(name: string): Rule };
  resolve: { alias: { set(name: string, to: string | false): unknown } };
  optimization: { splitChunks(settings: object): unknown };
  performance: { hints(kind: false): unknown };
  plugin(name: string): { use(what: unknown): unknown };
};

function webpackChain(chain: Chain) {
  // Only what a page imports from the contract reaches the phone.
  chain.module.rule('contract').test(/\.ts$/).include.add(contract).end().sideEffects(false);
  // The last loader of a rule works first.
  chain.module.rule('script').use('typescript').loader(path.resolve(__dirname, 'typescript-loader.js'));
}

/** The web: plain elements instead of Taro's, what many pages share only once, and a first screen that starts at once. */
function webChain(chain: Chain) {
  webpackChain(chain);
  const elements = path.join(source, 'bridge/elements');
  chain.resolve.alias.set('@tarojs/components$', path.join(elements, 'index.ts'));
  chain.resolve.alias.set('@tarojs/components/dist/components', path.join(elements, 'custom.ts'));
  chain.resolve.alias.set('@tarojs/components/dist/taro-components/taro-components.css', false);
  chain.optimization.splitChunks({
    chunks: 'async',
    minSize: 0,
    cacheGroups: {
      default: false,
      defaultVendors: false,
      // One sheet: they are small, each request costs a phone more, and their order cannot change on the way.
      styles: { name: 'styles', type: 'css/mini-extract', chunks: 'all', enforce: true, priority: 10 },
      shared: { name: 'shared', minChunks: SHARED_BY_PAGES, enforce: true },
    },
  });
  // Our own budgets, in packed bytes, stand in test/web.test.ts.
  chain.performance.hints(false);
  chain.plugin('first-screen').use(firstScreen);
}

export default defineConfig<'webpack5'>({
  projectName: 'jishi-shop',
  date: '2026-11-21',
  // 1px in our styles is one px of a 375 px wide phone.
  designWidth: 375,
  deviceRatio: { 375: 2, 640: 1.17, 750: 1, 828: 0.905 },
  sourceRoot: 'src',
  outputRoot: `dist/${process.env.TARO_ENV}`,
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  cache: { enable: false },
  alias: {
    '@': source,
    // In this workspace the React plugin is not hoisted beside taro-h5, which asks for it.
    '@tarojs/plugin-framework-react': path.dirname(require.resolve('@tarojs/plugin-framework-react/package.json')),
  },
  env: {
    TARO_APP_API_BASE: JSON.stringify(process.env.TARO_APP_API_BASE ?? 'http://localhost:8080/api/v1'),
  },
  mini: {
    compile: { include: [contract] },
    optimizeMainPackage: { enable: true },
    // The parts' styles do not depend on each other's order.
    miniCssExtractPluginOption: { ignoreOrder: true },
    webpackChain,
    postcss: { pxtransform: { enable: true, config: {} }, cssModules: { enable: false } },
  },
  h5: {
    publicPath: '/',
    staticDirectory: 'static',
    router: { mode: 'browser' },
    compile: { include: [contract] },
    webpackChain: webChain,
    output: { filename: 'js/[name].[contenthash:8].js', chunkFilename: 'js/[name].[contenthash:8].js' },
    miniCssExtractPluginOption: {
      ignoreOrder: true,
      filename: 'css/[name].[contenthash:8].css',
      chunkFilename: 'css/[name].[contenthash:8].css',
    },
    postcss: {
      autoprefixer: { enable: true },
      // Our elements are plain HTML: no tag has another name on the web.
      htmltransform: { enable: false },
      // Browsers keep real pixels: a wider phone shows more, not bigger, and the text size of the reader is respected.
      pxtransform: { enable: true, config: { targetUnit: 'px' } },
      cssModules: { enable: false },
    },
  },
});
