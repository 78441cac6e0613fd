exports.add = (a, b) => a + b;
exports.fail = () => {
  throw new RangeError("on purpose");
};
