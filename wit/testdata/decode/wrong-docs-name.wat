(component
  (type (component (export "a:b/i" (instance))))
  (export "i" (type 0))
  (@custom "package-docs" "\01{\22interfaces\22:{\22i\22:{\22funcs\22:{\22f\22:{\22docs\22:\22F.\22}}}}}")
)
