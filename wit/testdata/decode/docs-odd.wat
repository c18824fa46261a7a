;; Documentation that no text would give.
(component
  (type (component (export "a:b/i" (instance (export "f" (func)) (export "g" (func)) (export "h" (func)) (export "k" (func))))))
  (export "i" (type 0))
  (@custom "package-docs" "\01{\22docs\22:\22  indented\5cn\5cn    more\5cn\5cn\22,\22interfaces\22:{\22i\22:{\22docs\22:\22\5cu001b[31mred\5cu202e\22,\22funcs\22:{\22f\22:{\22docs\22:\22a\5crb\5cr\5cnc\5ctd \22},\22g\22:{\22docs\22:\22/ slashes //\22},\22h\22:{\22docs\22:\22\5cn\5cn*/ stars\22},\22k\22:{\22docs\22:\22 \22}}}}}")
)
