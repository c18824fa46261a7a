;; An encoded package: an interface, one that uses it, and a world.
(component
  (type (export "types") (component
    (export "acme:app/types@1.0.0" (instance
      (type $color (enum "red" "green"))
      (export "color" (type (eq $color)))
      (export "file" (type (sub resource)))
    ))
  ))
  (type (export "files") (component
    (import "acme:app/types@1.0.0" (instance $types
      (type $color (enum "red" "green"))
      (export "color" (type (eq $color)))
      (export "file" (type (sub resource)))
    ))
    (alias export $types "file" (type $file))
    (alias export $types "color" (type $color))
    (export "acme:app/files@1.0.0" (instance
      (export "file" (type $f (eq $file)))
      (export "color" (type $c (eq $color)))
      (export "open" (func (param "in" $c) (result (own $f))))
    ))
  ))
  (type (export "app") (component
    (export "acme:app/app@1.0.0" (component
      (import "acme:app/types@1.0.0" (instance
        (type $color (enum "red" "green"))
        (export "color" (type (eq $color)))
        (export "file" (type (sub resource)))
      ))
      (export "run" (func (result u32)))
    ))
  ))
)
