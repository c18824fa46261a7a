package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// checkExtern checks the name of an import or export and adds it to those of the
// same direction.
func (v *validator) checkExtern(
	n *componentbinary.ExternName, d direction, e entity,
	names *resourceNames, keys *uniqueNames, items *members,
) error {
	parsed, err := parseName(n.Name, v.Features)
	if err != nil {
		return within(err, "%s name `%s` is not a valid extern name", d, n.Name)
	}
	if d == outward && e.kind == types.ExternValue && e.value.Contains(types.HasBorrow) {
		return bad("exported value cannot contain a `borrow` type")
	}
	if d == outward && parsed.kind > interfaceName {
		return bad("name `%s` is not a valid export name", n.Name)
	}
	a, suffix, err := v.attributes(n.Attributes, parsed, e)
	if err != nil {
		return err
	}
	if err := parsed.checkName(v, e, names, suffix); err != nil {
		return within(err, "%s name `%s` is not valid", d, n.Name)
	}
	if before, ok := keys.add(parsed.key(), n.Name); !ok {
		return bad("%s name `%s` conflicts with previous name `%s`", d, n.Name, before)
	}
	items.add(n.Name, e, a)
	return nil
}

// attributes checks what a name has besides itself.
func (v *validator) attributes(syntax *componentbinary.Attributes, n name, e entity) (a *attributes, suffix *string, err error) {
	if syntax == nil {
		return nil, nil, nil
	}
	has := func(attribute int) bool { return syntax.Has&(1<<attribute) != 0 }
	if has(componentbinary.AttributeImplements) {
		if err := v.implements(syntax.Implements, n, e); err != nil {
			return a, nil, err
		}
	}
	if has(componentbinary.AttributeVersionSuffix) {
		if err := need(v.Features.VersionSuffix, featureVersionSuffix, "attribute versionsuffix"); err != nil {
			return a, nil, err
		}
		if e.kind != types.ExternInstance {
			return a, nil, bad("only instances can have an `versionsuffix`")
		}
		suffix = &syntax.VersionSuffix
	}
	if has(componentbinary.AttributeExternalID) {
		err = need(v.Features.Attributes, featureAttributes, "the `cm-implements` feature is not active")
	}
	return &attributes{syntax.Implements, syntax.VersionSuffix, syntax.ExternalID}, suffix, err
}

func (v *validator) implements(text string, n name, e entity) error {
	if err := need(v.Features.Attributes, featureAttributes, "the `cm-implements` feature is not active"); err != nil {
		return err
	}
	switch {
	case n.kind != labelName:
		return bad("name `%s` is not valid with `implements`", n.text)
	case e.kind != types.ExternInstance:
		return bad("only instances can have an `implements`")
	}
	implemented, err := parseName(text, v.Features)
	if err != nil {
		return within(err, "`%s` is not a valid name", text)
	}
	if implemented.kind != interfaceName {
		return bad("name `%s` must be an interface", text)
	}
	return within(implemented.checkVersion(nil, v.Features), "`implements` name `%s`", text)
}
