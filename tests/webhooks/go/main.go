// Verifies and reads messages with the libraries of Go. usage: verify FOLDER SECRETS
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[2])
	check(err)
	paths, err := filepath.Glob(filepath.Join(os.Args[1], "*.json"))
	check(err)
	sort.Strings(paths)
	for _, path := range paths {
		var request struct {
			Headers map[string]string
			Body    string
		}
		file, err := os.ReadFile(path)
		check(err)
		check(json.Unmarshal(file, &request))
		headers := http.Header{}
		for name, value := range request.Headers {
			headers.Set(name, value)
		}
		for _, secret := range strings.Fields(string(text)) {
			hook, err := webhooks.NewWebhook(secret)
			check(err)
			check(hook.Verify([]byte(request.Body), headers))
		}
		var e event.Event
		check(json.Unmarshal([]byte(request.Body), &e))
		check(e.Validate())
		var data struct {
			Rules []string
			Event struct{ EventId, Record string }
		}
		check(e.DataAs(&data))
		extension := func(name string) string {
			if value, ok := e.Extensions()[name]; ok {
				return fmt.Sprint(value)
			}
			return ""
		}
		fmt.Println(strings.Join([]string{e.ID(), e.Type(), e.Source(), e.Subject(),
			e.Time().UTC().Format("2006-01-02T15:04:05.000Z"), extension("region"), extension("sequence"),
			strings.Join(data.Rules, ","), data.Event.EventId, data.Event.Record}, "|"))
	}
}
