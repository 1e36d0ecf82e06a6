// The components we use, and no others: what is not listed here is not in the bundle.
import * as kit from 'element-plus';
import type { App, Component } from 'vue';
import 'element-plus/dist/index.css';
import 'element-plus/theme-chalk/dark/css-vars.css';

const components: Record<string, Component> = {
  ElAlert: kit.ElAlert,
  ElAside: kit.ElAside,
  ElBadge: kit.ElBadge,
  ElBreadcrumb: kit.ElBreadcrumb,
  ElBreadcrumbItem: kit.ElBreadcrumbItem,
  ElButton: kit.ElButton,
  ElCard: kit.ElCard,
  ElCascader: kit.ElCascader,
  ElCheckbox: kit.ElCheckbox,
  ElCheckboxGroup: kit.ElCheckboxGroup,
  ElConfigProvider: kit.ElConfigProvider,
  ElDatePicker: kit.ElDatePicker,
  ElDescriptions: kit.ElDescriptions,
  ElDescriptionsItem: kit.ElDescriptionsItem,
  ElDialog: kit.ElDialog,
  ElDrawer: kit.ElDrawer,
  ElDropdown: kit.ElDropdown,
  ElDropdownItem: kit.ElDropdownItem,
  ElDropdownMenu: kit.ElDropdownMenu,
  ElEmpty: kit.ElEmpty,
  ElForm: kit.ElForm,
  ElFormItem: kit.ElFormItem,
  ElIcon: kit.ElIcon,
  ElImage: kit.ElImage,
  ElInput: kit.ElInput,
  ElInputNumber: kit.ElInputNumber,
  ElLink: kit.ElLink,
  ElMenu: kit.ElMenu,
  ElMenuItem: kit.ElMenuItem,
  ElOption: kit.ElOption,
  ElPagination: kit.ElPagination,
  ElPopover: kit.ElPopover,
  ElProgress: kit.ElProgress,
  ElRadioButton: kit.ElRadioButton,
  ElRadioGroup: kit.ElRadioGroup,
  ElScrollbar: kit.ElScrollbar,
  ElSelect: kit.ElSelect,
  ElSkeleton: kit.ElSkeleton,
  ElStep: kit.ElStep,
  ElSteps: kit.ElSteps,
  ElSubMenu: kit.ElSubMenu,
  ElSwitch: kit.ElSwitch,
  ElTabPane: kit.ElTabPane,
  ElTable: kit.ElTable,
  ElTableColumn: kit.ElTableColumn,
  ElTabs: kit.ElTabs,
  ElTag: kit.ElTag,
  ElTooltip: kit.ElTooltip,
};

export function installKit(app: App): void {
  for (const [name, component] of Object.entries(components)) app.component(name, component);
  app.directive('loading', kit.ElLoadingDirective);
}
