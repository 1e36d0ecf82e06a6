// A webpack loader: types off and JSX to calls, by the same TypeScript that checks them. Babel does the rest.
const ts = require('typescript');

module.exports = function typescriptLoader(source) {
  if (!/\.tsx?$/.test(this.resourcePath)) return source;
  const { outputText } = ts.transpileModule(source, {
    fileName: this.resourcePath,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    },
  });
  return outputText;
};
