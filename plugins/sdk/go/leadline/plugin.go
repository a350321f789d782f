// Package leadline lets a Go program be a Leadline plugin. Built with -buildmode=c-shared it runs in worker mode only: a
// process can hold one Go runtime, and none can be unloaded.
//
//	type fitScore struct{ employees leadline.Slot }
//
//	func newFitScore(setup *leadline.Setup) (*fitScore, error) {
//		employees, err := setup.Field("account.employees", leadline.KindInt)
//		return &fitScore{employees}, err
//	}
//
//	func (f *fitScore) Score(record leadline.Record, call *leadline.Call) (float64, error) {
//		if employees, ok := record.Int(f.employees); ok && employees > 50 {
//			call.Reason("more than 50 employees", 20)
//			return 20, nil
//		}
//		return 0, nil
//	}
//
//	func init() {
//		leadline.Export(leadline.About{ID: "com.example.fit_score", Version: "1.0.0"}, newFitScore)
//	}
//
//	func main() {}
//
// An error that is returned fails the batch with its code and text, a panic with Internal and its text. What Go cannot
// recover from (a write to a map by two goroutines, no more memory) ends the worker.
package leadline

// /* The header beside the sources, or in the prefix where the kit is installed. */
// #cgo CFLAGS: -I${SRCDIR}/../../../include -I${SRCDIR}/../../../../../../include -fvisibility=hidden
// #include "glue.h"
import "C"

// About says what the plugin is. ID and Version must be those of the manifest.
type About struct {
	ID      string
	Version string
	// ConfigSchema is a JSON Schema (draft 7) without remote references. Empty: the plugin takes no config.
	ConfigSchema string
	// Concurrent: one instance may be called by several goroutines at once.
	Concurrent bool
	// Pure: outputs depend on config, items and Call.Now alone.
	Pure bool
}

// Normalizer is leadline.normalize/1: reads a value into a standard form. For an odd record it answers with the zero
// Reading; an error fails the whole batch.
type Normalizer interface {
	Normalize(record Record, call *Call) (Reading, error)
}

// Reading is what a value reads as. Nothing is known when Known is false.
type Reading struct {
	Known      bool
	Value      string
	Confidence float64 // 0 to 1
}

// Gate is leadline.status/1: judges a change of status. A refusal is a verdict, not an error.
type Gate interface {
	Gate(transition Transition, call *Call) (Verdict, error)
}

// Verdict is a gate's answer.
type Verdict uint32

const (
	Allow   Verdict = 1 // nothing stands against it
	Deny    Verdict = 2 // refused: give at least one reason
	Abstain Verdict = 3 // not this gate's business
)

// Scorer is leadline.score/1: points for a record. The weights of its reasons should add up to them.
type Scorer interface {
	Score(record Record, call *Call) (float64, error)
}

// Router is leadline.route/1: chooses an index into the candidates, or Nobody.
type Router interface {
	Route(request RouteRequest, call *Call) (int, error)
}

// Nobody says that none of the candidates is fit: give at least one reason.
const Nobody = -1

// Comparer is leadline.merge/1: how far two records agree. Symmetric.
type Comparer interface {
	Compare(left, right Record, call *Call) (Comparison, error)
}

// Comparison says how far two records agree.
type Comparison struct {
	Level Agreement
	// Weight is log2 of the Bayes factor: above 0 speaks for the same thing. Finite, and 0 when Missing.
	Weight float64
}

// Agreement is a level of a Comparison.
type Agreement uint32

const (
	Missing   Agreement = 1 // at least one side has nothing to compare
	Different Agreement = 2
	Weak      Agreement = 3
	Strong    Agreement = 4
	Exact     Agreement = 5
)

var (
	about  *About
	create func(*Setup) (any, error)
	has    map[string]bool
)

// Export makes T the plugin of this shared object, with the capabilities whose interfaces it has. Call it once, from an
// init function.
func Export[T any](description About, newInstance func(*Setup) (T, error)) {
	var none T
	instance := any(none)
	capabilities := map[string]bool{}
	_, capabilities[C.LEADLINE_NORMALIZE_V1] = instance.(Normalizer)
	_, capabilities[C.LEADLINE_STATUS_V1] = instance.(Gate)
	_, capabilities[C.LEADLINE_SCORE_V1] = instance.(Scorer)
	_, capabilities[C.LEADLINE_ROUTE_V1] = instance.(Router)
	_, capabilities[C.LEADLINE_MERGE_V1] = instance.(Comparer)
	about, has = &description, capabilities
	create = func(setup *Setup) (any, error) { return newInstance(setup) }
}
