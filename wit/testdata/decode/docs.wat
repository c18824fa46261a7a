;; Documentation and gates of everything.
(component
  (type (component
    (type (instance
      (type $r' (record (field "a" u8) (field "b" u8)))
      (export "r" (type $r (eq $r')))
      (export "f" (func (param "r" $r)))
    ))
    (export "a:b/i@1.2.0" (instance (type 0)))
  ))
  (export "i" (type 0))
  (type (component
    (type (component
      (import "a:b/i@1.2.0" (instance))
      (type $t' u8)
      (import "t" (type (eq $t')))
      (import "same" (func))
      (import "inline" (instance (export "g" (func))))
      (export "same" (func))
      (export "inline" (instance (export "g" (func))))
      (export "a:b/i@1.2.0" (instance))
    ))
    (export "a:b/w@1.2.0" (component (type 0)))
  ))
  (export "w" (type 2))
  (@custom "package-docs" "\01{\22docs\22:\22The package.\5cnTwo lines.\22,\22worlds\22:{\22w\22:{\22docs\22:\22The world.\22,\22stability\22:{\22unstable\22:{\22feature\22:\22new\22}},\22interfaces\22:{\22inline\22:{\22docs\22:\22Imported.\22,\22funcs\22:{\22g\22:{\22docs\22:\22G.\22}}}},\22types\22:{\22t\22:{\22docs\22:\22T.\22}},\22funcs\22:{\22same\22:{\22docs\22:\22In.\22}},\22interface_exports\22:{\22inline\22:{\22docs\22:\22Exported.\22}},\22func_exports\22:{\22same\22:{\22docs\22:\22Out.\22,\22stability\22:{\22stable\22:{\22since\22:\221.1.0\22}}}},\22interface_import_stability\22:{\22a:b/i@1.2.0\22:{\22stable\22:{\22since\22:\221.0.0\22}}},\22interface_export_docs\22:{\22a:b/i@1.2.0\22:\22The export.\22}}},\22interfaces\22:{\22i\22:{\22docs\22:\22The interface.\22,\22stability\22:{\22stable\22:{\22since\22:\221.0.0\22,\22deprecated\22:\221.2.0\22}},\22types\22:{\22r\22:{\22docs\22:\22A record.\22,\22items\22:{\22b\22:\22Its second field.\22}}}}}}")
)
