// Whatever can be touched and is no big button: told to screen readers, reached by keyboard, never smaller than a finger.
import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import './index.scss';

type Role = 'button' | 'link' | 'tab' | 'checkbox' | 'radio' | 'switch';

type Props = {
  children?: ReactNode;
  className?: string;
  /** What it is called, where no words stand in it. */
  label?: string | undefined;
  role?: Role;
  /** Chosen, ticked or in front: for roles that can be. */
  isOn?: boolean;
  isOff?: boolean;
  /** Widens the place that a finger can hit to 44 px without being seen. */
  wide?: boolean;
  /** The touch ends here: nothing around it hears of it. */
  stop?: boolean;
  onTap?: (() => void) | undefined;
};

export function Tap({ children, className = '', wide, stop, onTap, ...rest }: Props) {
  return (
    <View
      className={`press${wide ? ' tap-wide' : ''} ${className}`}
      {...spoken(rest)}
      onClick={(event) => {
        if (stop) event.stopPropagation();
        if (!rest.isOff) onTap?.();
      }}
    >
      {children}
    </View>
  );
}

/** What assistive technology hears of it. */
function spoken({ label, role = 'button', isOn, isOff }: Pick<Props, 'label' | 'role' | 'isOn' | 'isOff'>) {
  return {
    ariaRole: role,
    ...(label === undefined ? {} : { ariaLabel: label }),
    ...(isOn === undefined ? {} : role === 'tab' ? { ariaSelected: isOn } : { ariaChecked: isOn }),
    ...(isOff === true ? { ariaDisabled: true } : {}),
  };
}
