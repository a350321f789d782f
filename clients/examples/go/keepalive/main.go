// A client that pings every 10 s, as proxies on the way may demand, keeps a silent stream and an idle connection.
//
//	usage: keepalive host:port [seconds]
//
// Exit status 0: neither was cut.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/types/known/durationpb"

	leadline "leadline.dev/examples/gen/leadline/v1"
)

// dial gives a connection of its own.
func dial(address string) *grpc.ClientConn {
	channel, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: 10 * time.Second, Timeout: 5 * time.Second, PermitWithoutStream: true,
		}))
	if err != nil {
		panic(err)
	}
	return channel
}

// silentStream watches for `length`. The first heartbeat would come after 5 minutes.
func silentStream(address string, length time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	start := time.Now()
	request := &leadline.WatchEventsRequest{OnlyNew: true, HeartbeatInterval: durationpb.New(5 * time.Minute)}
	stream, err := leadline.NewLeadServiceClient(dial(address)).WatchEvents(ctx, request)
	if err != nil {
		return err
	}
	for {
		if _, err := stream.Recv(); err != nil && ctx.Err() == nil {
			return fmt.Errorf("the stream was cut after %.0f s: %w", time.Since(start).Seconds(), err)
		} else if err != nil {
			return nil // our own deadline
		}
	}
}

// idleConnection is made and then not used.
func idleConnection(address string, length time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	start := time.Now()
	channel := dial(address)
	channel.Connect()
	for state := channel.GetState(); state != connectivity.Ready; state = channel.GetState() {
		if !channel.WaitForStateChange(ctx, state) {
			return fmt.Errorf("no connection")
		}
	}
	if channel.WaitForStateChange(ctx, connectivity.Ready) {
		return fmt.Errorf("the idle connection was cut after %.0f s", time.Since(start).Seconds())
	}
	return nil
}

func main() {
	seconds := 180
	if len(os.Args) > 2 {
		seconds, _ = strconv.Atoi(os.Args[2])
	}
	length := time.Duration(seconds) * time.Second
	results := make(chan error, 2)
	go func() { results <- silentStream(os.Args[1], length) }()
	go func() { results <- idleConnection(os.Args[1], length) }()
	failed := false
	for range 2 {
		if err := <-results; err != nil {
			fmt.Println(err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
	fmt.Printf("a silent stream and an idle connection lived for %d s\n", seconds)
}
