// The doors of files. Pictures themselves are handed out below /files/, outside of the API.
import { adminUploadFile, uploadFile } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Files } from './files.ts';

export function bindFiles(door: Door, files: Files): void {
  door.handle(uploadFile, async ({ buyer, file }) =>
    files.store({ kind: 'buyer', id: buyer.id }, (await file()).bytes),
  );
  door.handle(adminUploadFile, async ({ staff, file }) =>
    files.store({ kind: 'staff', id: staff.staffId }, (await file()).bytes),
  );
}
