// Pictures: uploaded by content, re-encoded, served in two sizes.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Picture } from './fields.ts';

const errors = ['file.unsupported', 'file.too_large', 'file.broken'] as const;
export const uploadFile = endpoint({
  id: 'uploadFile',
  tag: '文件',
  method: 'POST',
  path: '/files',
  audience: 'buyer',
  upload: true,
  status: 201,
  ratePerMinute: 30,
  summary: '上传图片（JPG、PNG、WebP，最大 5 MB）',
  input: z.object({}).strict(),
  output: Picture,
  errors: [...errors],
});
export const adminUploadFile = endpoint({
  id: 'adminUploadFile',
  tag: '后台·文件',
  method: 'POST',
  path: '/admin/files',
  audience: 'staff',
  permission: 'self',
  upload: true,
  status: 201,
  summary: '上传图片',
  input: z.object({}).strict(),
  output: Picture,
  errors: [...errors],
});
