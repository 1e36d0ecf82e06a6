// A webpack plugin: the page that somebody opens starts loading before any script runs.
// index.html gets a map of what each page needs (its scripts and styles), read by the small script in its head, and the
// style sheets move behind the skeleton, so that a phone paints before they are there.
const PLACE = '__PAGES__';

module.exports = class FirstScreen {
  apply(compiler) {
    // Taro brings the HTML plugin; it is not ours to require.
    const { constructor: Html } = compiler.options.plugins.find((one) => one.constructor.name === 'HtmlWebpackPlugin');
    compiler.hooks.compilation.tap('FirstScreen', (compilation) => {
      const hooks = Html.getHooks(compilation);
      hooks.alterAssetTagGroups.tap('FirstScreen', (page) => {
        const styles = page.headTags.filter((tag) => tag.tagName === 'link' && tag.attributes.rel === 'stylesheet');
        page.headTags = page.headTags.filter((tag) => !styles.includes(tag));
        page.bodyTags.unshift(...styles);
        return page;
      });
      hooks.beforeEmit.tap('FirstScreen', (page) => {
        page.html = page.html.replace(PLACE, () => JSON.stringify(filesByPage(compilation)));
        return page;
      });
    });
  }
};

/** The files of each page beside those of the entry: `{ "/pages/home/index": ["/js/shared.js", ...] }`. */
function filesByPage(compilation) {
  const entry = new Set(compilation.entrypoints.get('app').getFiles());
  const pages = {};
  for (const group of compilation.chunkGroups) {
    for (const { request } of group.origins) {
      const [, page] = /(?:^|\/)((?:pages|trips)\/[^.?!]*\/index)/.exec(request ?? '') ?? [];
      if (page === undefined) continue;
      const files = group.getFiles().filter((file) => /\.(?:js|css)$/.test(file) && !entry.has(file));
      pages[`/${page}`] = files.map((file) => `/${file}`);
    }
  }
  return pages;
}
