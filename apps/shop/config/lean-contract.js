// A babel plugin: phones get the contract's routes, words and money, but none of its schemas.
// The server parses every request and answer; on a phone the schemas would only pull in all of zod and every staff
// endpoint. So an endpoint keeps what the client reads, and every constant is marked as free of side effects, which
// lets webpack drop whatever no page imports.
const path = require('node:path');

const CONTRACT = path.resolve(__dirname, '../../../packages/contract/src') + path.sep;
const ONLY_FOR_THE_SERVER = new Set(['input', 'output', 'errors', 'summary', 'tag', 'permission', 'ratePerMinute']);

module.exports = function leanContract({ types: t }) {
  return {
    name: 'lean-contract',
    visitor: {
      Program(program, state) {
        if (!String(state.filename).startsWith(CONTRACT)) return;
        for (const statement of program.get('body')) {
          const inner = statement.isExportNamedDeclaration() ? statement.get('declaration') : statement;
          if (!inner.isVariableDeclaration()) continue;
          for (const declarator of inner.get('declarations')) lean(t, declarator);
        }
      },
    },
  };
};

function lean(t, declarator) {
  const init = declarator.node.init;
  if (!init || t.isFunction(init) || t.isLiteral(init)) return;
  if (t.isCallExpression(init) && t.isIdentifier(init.callee, { name: 'endpoint' })) {
    const [spec] = init.arguments;
    spec.properties = spec.properties.filter((property) => !ONLY_FOR_THE_SERVER.has(property.key?.name));
  }
  const wrapped = t.callExpression(t.arrowFunctionExpression([], init), []);
  t.addComment(wrapped, 'leading', '#__PURE__');
  declarator.node.init = wrapped;
}
