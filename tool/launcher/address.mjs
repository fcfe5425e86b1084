export function signOfAddress(path) {
  return /[#?%]/.exec(path)?.[0];
}
