package main

import (
	"errors"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
)

// tubeFailure finds the exit code of an error of the tube contract and what to
// try next; nil if it is none.
func tubeFailure(err error) error {
	var answer *tube.GuestError
	var missing *tube.MissingError
	var signature *tube.SignatureError
	var contract *plugin.ContractError
	var length *tube.LengthError
	var size *tube.SizeError
	var alloc *tube.AllocError
	switch {
	case errors.As(err, &answer):
		return &failure{exitGuest, err, guestHint}
	case errors.As(err, &missing):
		return &failure{exitUsage, err, "patchbay inspect FILE lists the functions"}
	case errors.As(err, &signature) && len(signature.Type.Params) > 2:
		return &failure{exitUsage, err, "patchbay image sends width and height; --arg gives other arguments"}
	case errors.As(err, &signature):
		return &failure{exitUsage, err, "patchbay inspect FILE lists the functions that can be called"}
	case errors.As(err, &contract):
		return &failure{exitUsage, err, "--arg is for tube guests; patchbay inspect FILE says what the module is"}
	case engine.AsTrap(err) != nil:
		return nil
	case errors.As(err, &length):
		return &failure{exitGuest, err, "the guest may mean that the call failed"}
	case errors.As(err, &size), errors.As(err, &alloc):
		return &failure{exitHost, err, "raise --max-memory, if the module itself allows more"}
	}
	return nil
}
