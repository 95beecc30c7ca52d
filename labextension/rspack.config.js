// Byte-identical output in any checkout path, so that CI can compare the committed build with a fresh one.
module.exports = { context: __dirname, optimization: { moduleIds: 'named', chunkIds: 'named' } };
