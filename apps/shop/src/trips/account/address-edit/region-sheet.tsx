// Province, city, district: one list after the other.
import { View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { Sheet } from '@/parts/sheet';
import { Tap } from '@/parts/tap';
import { cities, districts, provinces, type Region } from '../regions.ts';

type Props = { open: boolean; region: Partial<Region>; onChoose: (region: Region) => void; onClose: () => void };

export function RegionSheet({ open, region, onChoose, onClose }: Props) {
  const [draft, setDraft] = useState<Partial<Region>>(region);
  useEffect(() => {
    if (open) setDraft(region.district ? {} : region);
  }, [open, region]);
  const { province, city } = draft;
  const names =
    province === undefined ? provinces() : city === undefined ? cities(province) : districts(province, city);
  function choose(name: string) {
    if (province === undefined) {
      const [only, ...more] = cities(name);
      setDraft(only !== undefined && more.length === 0 ? { province: name, city: only } : { province: name });
    } else if (city === undefined) setDraft({ province, city: name });
    else onChoose({ province, city, district: name });
  }
  return (
    <Sheet open={open} title="选择所在地区" chapter={`${province}${city}`} onClose={onClose}>
      <View className="region-path">
        <Tap className={`region-step${province === undefined ? ' region-step-on' : ''}`} onTap={() => setDraft({})}>
          {province ?? '请选择省份'}
        </Tap>
        {province !== undefined && (
          <Tap
            className={`region-step${city === undefined ? ' region-step-on' : ''}`}
            onTap={() => setDraft({ province })}
          >
            {city ?? '请选择城市'}
          </Tap>
        )}
        {city !== undefined && <View className="region-step region-step-on">请选择区县</View>}
      </View>
      {names.map((name) => (
        <Tap key={name} className="region-name" onTap={() => choose(name)}>
          {name}
        </Tap>
      ))}
    </Sheet>
  );
}
