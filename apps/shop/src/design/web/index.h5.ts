// The part of the look that only browsers need.
import './index.h5.scss';
