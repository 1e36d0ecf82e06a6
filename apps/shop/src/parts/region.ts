// Where somebody lives, in words. A city right under the state is its own province: it is named once.

type Region = { province?: string; city?: string; district?: string };

export function regionText({ province = '', city = '', district = '' }: Region, between = ' '): string {
  return [province, city === province ? '' : city, district].filter((name) => name !== '').join(between);
}
