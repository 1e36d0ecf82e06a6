// Choosing pictures from the album or the camera.
import Taro from '@tarojs/taro';

/** Paths of at most `max` pictures; none when the buyer changes their mind. */
export async function choosePictures(max: number): Promise<string[]> {
  try {
    const { tempFilePaths } = await Taro.chooseImage({ count: max, sizeType: ['compressed'] });
    return tempFilePaths.slice(0, max);
  } catch {
    return [];
  }
}
