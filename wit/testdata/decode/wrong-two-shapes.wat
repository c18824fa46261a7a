(component
  (import "a:b/i" (instance $i (type $t u8) (export "t" (type (eq $t)))))
  (component $c (type $t u16) (export "t" (type $t)))
  (instance $made (instantiate $c))
  (export "a:b/i" (instance $made))
)
