// Measures cel-go on the cases of cases.json. `answers` prints what each order gives, `time` the nanoseconds of one
// evaluation of the first order.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

type order struct {
	Amount float64              `json:"amount"`
	Region string               `json:"region"`
	Tags   []string             `json:"tags"`
	Items  []map[string]float64 `json:"items"`
}

type input struct {
	Cases []struct {
		Name string `json:"name"`
		Cel  string `json:"cel"`
	} `json:"cases"`
	Orders []order `json:"orders"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The values are converted here, so that no evaluation does it.
func bind(o order) map[string]any {
	adapter := types.DefaultTypeAdapter
	return map[string]any{
		"amount": adapter.NativeToValue(o.Amount),
		"region": adapter.NativeToValue(o.Region),
		"tags":   adapter.NativeToValue(o.Tags),
		"items":  adapter.NativeToValue(o.Items),
	}
}

func nanoseconds(work func()) float64 {
	count := 1
	for {
		begin := time.Now()
		for i := 0; i < count; i++ {
			work()
		}
		if time.Since(begin) > 50*time.Millisecond {
			break
		}
		count *= 2
	}
	var rounds []float64
	for round := 0; round < 7; round++ {
		begin := time.Now()
		for i := 0; i < count; i++ {
			work()
		}
		rounds = append(rounds, float64(time.Since(begin).Nanoseconds())/float64(count))
	}
	sort.Float64s(rounds)
	return rounds[len(rounds)/2]
}

func main() {
	text, err := os.ReadFile(os.Args[2])
	check(err)
	var in input
	check(json.Unmarshal(text, &in))
	env, err := cel.NewEnv(
		cel.Variable("amount", cel.DoubleType),
		cel.Variable("region", cel.StringType),
		cel.Variable("tags", cel.ListType(cel.StringType)),
		cel.Variable("items", cel.ListType(cel.MapType(cel.StringType, cel.DoubleType))),
	)
	check(err)
	for _, c := range in.Cases {
		ast, issues := env.Compile(c.Cel)
		check(issues.Err())
		program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
		check(err)
		fmt.Print(c.Name)
		if os.Args[1] == "answers" {
			for _, o := range in.Orders {
				value, _, err := program.Eval(bind(o))
				check(err)
				fmt.Printf("\t%v", value.Value())
			}
		} else {
			first := bind(in.Orders[0])
			fmt.Printf("\t%.2f", nanoseconds(func() {
				if value, _, err := program.Eval(first); err != nil || value != types.True {
					check(fmt.Errorf("the answer changed: %v", err))
				}
			}))
		}
		fmt.Println()
	}
}
