package main

import (
	"context"
	"strconv"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"

	leadline "leadline.dev/examples/gen/leadline/v1"
)

// What more than one call provokes, or a server that stops. Each gives the error; nil when there was none.
var situations = map[string]func(channel *grpc.ClientConn, r *row, pid int) *failure{
	"overloaded": overloaded,
	"streams":    tooManyStreams,
	"deadline":   deadlinePasses,
	"cancelled":  cancelled,
	"stopping":   stopping,
}

// overloaded asks for more checks of packs at once than the server works on and lets wait.
func overloaded(channel *grpc.ClientConn, r *row, _ int) *failure {
	const calls = 12
	request := &leadline.ValidatePackRequest{}
	if err := protojson.Unmarshal(r.Request, request); err != nil {
		return failureOf(err, nil)
	}
	ctx, cancel := context.WithTimeout(withID(callIDOf(r)), deadline)
	defer cancel()
	ends := make(chan *failure, calls)
	for range calls {
		go func() {
			var trailer metadata.MD
			_, err := leadline.NewAdminServiceClient(channel).ValidatePack(ctx, request, grpc.Trailer(&trailer))
			ends <- failureOf(err, trailer)
		}()
	}
	for range calls {
		if end := <-ends; end.status.Code() == codes.ResourceExhausted {
			return end
		}
	}
	return nil
}

type events = grpc.ServerStreamingClient[leadline.WatchEventsResponse]

func watch(ctx context.Context, channel *grpc.ClientConn) (events, error) {
	return leadline.NewLeadServiceClient(channel).WatchEvents(ctx, &leadline.WatchEventsRequest{OnlyNew: true})
}

// endOf waits for what a stream ends with.
func endOf(stream events, err error) *failure {
	for err == nil {
		_, err = stream.Recv()
	}
	if stream == nil {
		return failureOf(err, nil)
	}
	return failureOf(err, stream.Trailer())
}

// tooManyStreams opens more streams than the server lets be open. The last one opened is not the last one that it sees.
func tooManyStreams(channel *grpc.ClientConn, r *row, _ int) *failure {
	limit, _ := strconv.Atoi(r.Metadata["limit"])
	ctx, cancel := context.WithTimeout(withID(callIDOf(r)), deadline)
	defer cancel()
	ends := make(chan *failure, limit+100)
	for range limit + 100 {
		stream, err := watch(ctx, channel)
		go func() { ends <- endOf(stream, err) }()
	}
	return <-ends
}

func deadlinePasses(channel *grpc.ClientConn, r *row, _ int) *failure {
	ctx, cancel := context.WithTimeout(withID(callIDOf(r)), 200*time.Millisecond)
	defer cancel()
	return endOf(watch(ctx, channel))
}

func cancelled(channel *grpc.ClientConn, r *row, _ int) *failure {
	ctx, cancel := context.WithCancel(withID(callIDOf(r)))
	stream, err := watch(ctx, channel)
	cancel()
	return endOf(stream, err)
}

// stopping tells the server to stop while a stream is open. It must be the last of its rows.
func stopping(channel *grpc.ClientConn, r *row, pid int) *failure {
	ctx, cancel := context.WithTimeout(withID(callIDOf(r)), deadline)
	defer cancel()
	stream, err := watch(ctx, channel)
	for err == nil {
		var header metadata.MD
		if header, err = stream.Header(); err != nil || header != nil {
			break // the server has it
		}
		time.Sleep(100 * time.Millisecond) // it was one too many, while others are being closed
		stream, err = watch(ctx, channel)
	}
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGTERM)
	}
	if err != nil {
		return failureOf(err, nil)
	}
	return endOf(stream, nil)
}
