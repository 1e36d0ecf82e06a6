// Staff: sign-in with captcha, sessions, accounts, roles, and the trails they leave.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Day, Done, Instant, line, page, pageQuery, text } from './fields.ts';
import { RoleId, StaffId, StaffSessionId } from './ids.ts';
import { PERMISSION_CODES, type Permission } from './permissions.ts';

const PermissionField = z.enum(PERMISSION_CODES as [Permission, ...Permission[]]);
const Username = z
  .string()
  .trim()
  .regex(/^[A-Za-z][\w.-]{2,31}$/, '以字母开头，3 到 32 位字母、数字、点、横线');
const Password = z.string().min(1).max(128);
const nothing = z.object({}).strict();

export const staffCaptcha = endpoint({
  id: 'staffCaptcha',
  tag: '后台·登录',
  method: 'GET',
  path: '/admin/auth/captcha',
  audience: 'public',
  ratePerMinute: 30,
  summary: '图形验证码：4 个字符，5 分钟内一次有效；isRequired 为 false 时登录不需要验证码',
  input: nothing,
  output: z.object({ isRequired: z.boolean(), captchaId: z.string(), svg: z.string(), expiresAt: Instant }),
});
export const StaffMe = z.object({
  id: StaffId,
  username: z.string(),
  name: z.string(),
  permissions: z.array(PermissionField),
  csrfToken: z.string(),
  /** True when the password was set by somebody else and has to be changed. */
  mustChangePassword: z.boolean(),
});
export const staffLogin = endpoint({
  id: 'staffLogin',
  tag: '后台·登录',
  method: 'POST',
  path: '/admin/auth/login',
  audience: 'public',
  ratePerMinute: 20,
  summary: '员工登录：连续 5 次失败锁定 30 分钟；会话写入 Cookie，30 分钟无操作失效，勾选记住则 7 天',
  input: z
    .object({
      username: z.string().trim().min(1).max(64),
      password: Password,
      captchaId: z.string().max(64).default(''),
      captcha: z.string().trim().max(8).default(''),
      remember: z.boolean().default(false),
    })
    .strict(),
  output: StaffMe,
  errors: ['staff.captcha_wrong', 'staff.credentials_wrong', 'staff.locked', 'staff.disabled'],
});
export const staffLogout = endpoint({
  id: 'staffLogout',
  tag: '后台·登录',
  method: 'POST',
  path: '/admin/auth/logout',
  audience: 'staff',
  permission: 'self',
  summary: '退出登录',
  input: nothing,
  output: Done,
});
export const getStaffMe = endpoint({
  id: 'getStaffMe',
  tag: '后台·登录',
  method: 'GET',
  path: '/admin/auth/profile',
  audience: 'staff',
  permission: 'self',
  summary: '我的账号与权限',
  input: nothing,
  output: StaffMe,
});
export const changeStaffPassword = endpoint({
  id: 'changeStaffPassword',
  tag: '后台·登录',
  method: 'PUT',
  path: '/admin/auth/password',
  audience: 'staff',
  permission: 'self',
  ratePerMinute: 10,
  summary: '修改密码，其他会话全部退出',
  input: z.object({ oldPassword: Password, newPassword: Password }).strict(),
  output: StaffMe,
  errors: ['staff.password_weak', 'staff.password_wrong'],
});
export const StaffSessionView = z.object({
  id: StaffSessionId,
  staffId: StaffId,
  staffName: z.string(),
  ip: z.string(),
  userAgent: z.string(),
  createdAt: Instant,
  lastSeenAt: Instant,
  isCurrent: z.boolean(),
});
export const listStaffSessions = endpoint({
  id: 'listStaffSessions',
  tag: '后台·登录',
  method: 'GET',
  path: '/admin/logs/online',
  audience: 'staff',
  permission: 'audit.view',
  summary: '在线会话',
  input: nothing,
  output: z.object({ items: z.array(StaffSessionView) }),
});
export const endStaffSession = endpoint({
  id: 'endStaffSession',
  tag: '后台·登录',
  method: 'DELETE',
  path: '/admin/logs/online/:sessionId',
  audience: 'staff',
  permission: 'staff.edit',
  summary: '强制下线，须写明原因',
  input: z.object({ sessionId: StaffSessionId, reason: line(100) }).strict(),
  output: Done,
});

export const STAFF_STATES = ['active', 'disabled'] as const;
export const StaffMember = z.object({
  id: StaffId,
  username: z.string(),
  name: z.string(),
  state: z.enum(STAFF_STATES),
  roles: z.array(z.object({ id: RoleId, name: z.string() })),
  lastLoginAt: Instant.nullable(),
  createdAt: Instant,
});
export const listStaff = endpoint({
  id: 'listStaff',
  tag: '后台·员工',
  method: 'GET',
  path: '/admin/staff',
  audience: 'staff',
  permission: 'staff.view',
  summary: '员工列表',
  input: z.object({ q: z.string().trim().max(50).optional(), ...pageQuery }).strict(),
  output: page(StaffMember),
});
export const createStaff = endpoint({
  id: 'createStaff',
  tag: '后台·员工',
  method: 'POST',
  path: '/admin/staff',
  audience: 'staff',
  permission: 'staff.edit',
  status: 201,
  summary: '新增员工',
  input: z
    .object({ username: Username, name: line(20), password: Password, roleIds: z.array(RoleId).min(1).max(10) })
    .strict(),
  output: StaffMember,
  errors: ['staff.username_taken', 'staff.password_weak', 'role.not_found'],
});
export const updateStaff = endpoint({
  id: 'updateStaff',
  tag: '后台·员工',
  method: 'PUT',
  path: '/admin/staff/:staffId',
  audience: 'staff',
  permission: 'staff.edit',
  summary: '修改员工姓名、角色，重设密码',
  input: z
    .object({
      staffId: StaffId,
      name: line(20),
      roleIds: z.array(RoleId).min(1).max(10),
      password: Password.optional(),
    })
    .strict(),
  output: StaffMember,
  errors: ['staff.not_found', 'staff.password_weak', 'role.not_found', 'staff.last_super'],
});
export const setStaffState = endpoint({
  id: 'setStaffState',
  tag: '后台·员工',
  method: 'PUT',
  path: '/admin/staff/:staffId/status',
  audience: 'staff',
  permission: 'staff.edit',
  summary: '启用或停用员工，停用立即下线；原因记入操作日志',
  input: z.object({ staffId: StaffId, state: z.enum(STAFF_STATES), reason: text(100).optional() }).strict(),
  output: StaffMember,
  errors: ['staff.not_found', 'staff.last_super'],
});

export const Role = z.object({
  id: RoleId,
  code: z.string().nullable(),
  name: z.string(),
  permissions: z.array(PermissionField),
  isBuiltIn: z.boolean(),
  staffCount: z.int(),
});
export const listRoles = endpoint({
  id: 'listRoles',
  tag: '后台·员工',
  method: 'GET',
  path: '/admin/roles',
  audience: 'staff',
  permission: 'staff.view',
  summary: '角色列表',
  input: nothing,
  output: z.object({ items: z.array(Role) }),
});
const RoleFields = { name: line(20), permissions: z.array(PermissionField).max(200) };
export const createRole = endpoint({
  id: 'createRole',
  tag: '后台·员工',
  method: 'POST',
  path: '/admin/roles',
  audience: 'staff',
  permission: 'staff.edit',
  status: 201,
  summary: '新增角色',
  input: z.object(RoleFields).strict(),
  output: Role,
  errors: ['role.name_taken'],
});
export const updateRole = endpoint({
  id: 'updateRole',
  tag: '后台·员工',
  method: 'PUT',
  path: '/admin/roles/:roleId',
  audience: 'staff',
  permission: 'staff.edit',
  summary: '修改角色',
  input: z.object({ roleId: RoleId, ...RoleFields }).strict(),
  output: Role,
  errors: ['role.not_found', 'role.built_in', 'role.name_taken'],
});
export const deleteRole = endpoint({
  id: 'deleteRole',
  tag: '后台·员工',
  method: 'DELETE',
  path: '/admin/roles/:roleId',
  audience: 'staff',
  permission: 'staff.edit',
  summary: '删除角色',
  input: z.object({ roleId: RoleId }).strict(),
  output: Done,
  errors: ['role.not_found', 'role.built_in', 'role.in_use'],
});

export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  staffName: z.string(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  /** What people called the subject then; null in rows that are older than the names. */
  subjectName: z.string().nullable(),
  before: z.json().nullable(),
  after: z.json().nullable(),
  ip: z.string().nullable(),
  requestId: z.string().nullable(),
});
export const listAudit = endpoint({
  id: 'listAudit',
  tag: '后台·日志',
  method: 'GET',
  path: '/admin/logs/operation',
  audience: 'staff',
  permission: 'audit.view',
  summary: '操作日志：按员工、操作、对象名称或编号、日期（北京时间）查找',
  input: z
    .object({
      staffId: StaffId.optional(),
      action: z.string().max(64).optional(),
      subjectKind: z.string().max(64).optional(),
      subjectId: z.string().max(64).optional(),
      q: z.string().trim().max(64).optional(),
      from: Day.optional(),
      to: Day.optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AuditEntry),
});
export const LOGIN_RESULTS = ['ok', 'captcha_wrong', 'credentials_wrong', 'locked', 'disabled'] as const;
export const LoginEntry = z.object({
  id: z.string(),
  at: Instant,
  username: z.string(),
  result: z.enum(LOGIN_RESULTS),
  ip: z.string(),
  userAgent: z.string(),
});
export const listLogins = endpoint({
  id: 'listLogins',
  tag: '后台·日志',
  method: 'GET',
  path: '/admin/logs/login',
  audience: 'staff',
  permission: 'audit.view',
  summary: '登录日志',
  input: z
    .object({
      username: z.string().trim().max(64).optional(),
      result: z.enum(LOGIN_RESULTS).optional(),
      from: Day.optional(),
      to: Day.optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(LoginEntry),
});
