package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
	corev1 "k8s.io/api/core/v1"
)

// shell runs a fixed set of commands inside this program. Nothing of this machine is
// read, written or started by them.
type shell struct {
	ctx         context.Context
	pod         *corev1.Pod
	container   *corev1.Container
	in          io.Reader
	out, errOut io.Writer
	tty         bool
	exited      bool
}

const commandNames = "cat, date, echo, env, exit, false, hostname, nvidia-smi, printenv, pwd, sh, sleep, true"

func (s *shell) run(command []string) int {
	if len(command) == 0 {
		return 0
	}
	arguments := command[1:]
	switch name := path.Base(command[0]); name {
	case "true", ":":
		return 0
	case "false":
		return 1
	case "echo":
		return s.print(strings.Join(arguments, " "))
	case "hostname":
		return s.print(s.pod.Name)
	case "pwd":
		return s.print(firstOf(s.container.WorkingDir, "/"))
	case "date":
		return s.print(time.Now().UTC().Format(time.UnixDate))
	case "env", "printenv":
		return s.environment(arguments)
	case "sleep":
		return s.sleep(arguments)
	case "cat":
		return s.cat(arguments)
	case "nvidia-smi":
		return s.gpus()
	case "exit":
		return s.exit(arguments)
	case "sh", "bash":
		return s.script(arguments)
	default:
		return s.fail(127, fmt.Sprintf("%s: not found; simulated containers have: %s", name, commandNames))
	}
}

func (s *shell) print(text string) int {
	if _, err := io.WriteString(s.out, text+"\n"); err != nil {
		return 1
	}
	return 0
}

func (s *shell) fail(code int, text string) int {
	fmt.Fprintln(s.errOut, "sh: "+text)
	return code
}

// environment has the literal values of the container only: those of Secrets and
// ConfigMaps are not looked up.
func (s *shell) environment(names []string) int {
	code := len(names)
	for _, variable := range s.container.Env {
		switch {
		case variable.ValueFrom != nil:
		case len(names) == 0:
			s.print(variable.Name + "=" + variable.Value)
		case names[0] == variable.Name:
			s.print(variable.Value)
			code = 0
		}
	}
	return min(code, 1)
}

func (s *shell) sleep(arguments []string) int {
	if len(arguments) == 0 {
		return s.fail(1, "sleep: missing operand")
	}
	seconds, err := strconv.ParseFloat(strings.TrimSuffix(arguments[0], "s"), 64)
	if err != nil {
		return s.fail(1, "sleep: invalid time interval "+arguments[0])
	}
	select {
	case <-s.ctx.Done():
		return 1
	case <-time.After(time.Duration(seconds * float64(time.Second))):
		return 0
	}
}

func (s *shell) cat(arguments []string) int {
	if len(arguments) > 0 {
		return s.fail(1, "cat: "+arguments[0]+": No such file or directory")
	}
	if s.in == nil {
		return 0
	}
	if _, err := io.Copy(s.out, s.in); err != nil {
		return 1
	}
	return 0
}

func (s *shell) gpus() int {
	count := s.container.Resources.Limits["nvidia.com/gpu"]
	if count.Value() == 0 {
		return s.fail(6, "nvidia-smi: No devices were found")
	}
	for index := range count.Value() {
		s.print(fmt.Sprintf("GPU %d: simulated (UUID: GPU-%s-%d)", index, s.pod.UID, index))
	}
	return 0
}

func (s *shell) exit(arguments []string) int {
	s.exited = true
	if len(arguments) == 0 {
		return 0
	}
	code, err := strconv.Atoi(arguments[0])
	if err != nil {
		return s.fail(2, "exit: Illegal number: "+arguments[0])
	}
	return code & 0xff
}

// script is `sh -c TEXT`, or `sh` with the text from standard input.
func (s *shell) script(arguments []string) int {
	for index, argument := range arguments {
		if strings.HasPrefix(argument, "-") && strings.HasSuffix(argument, "c") && index+1 < len(arguments) {
			return s.text(arguments[index+1], 0)
		}
	}
	if s.in == nil {
		return 0
	}
	if s.tty {
		return s.terminal()
	}
	code := 0
	for lines := bufio.NewScanner(s.in); !s.exited && lines.Scan(); {
		code = s.text(lines.Text(), code)
	}
	return code
}

func (s *shell) terminal() int {
	screen := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{s.in, s.out}, "# ")
	inside := *s
	inside.in, inside.out, inside.errOut = nil, screen, screen
	code := 0
	for !inside.exited {
		line, err := screen.ReadLine()
		if err != nil {
			break
		}
		code = inside.text(line, code)
	}
	return code
}

// text runs commands that are separated by `;`, `&&`, `||` or newlines.
func (s *shell) text(text string, code int) int {
	words := []string{}
	wanted := true
	for _, token := range append(shellWords(text), shellWord{";", true}) {
		if !token.operator {
			words = append(words, token.text)
			continue
		}
		if len(words) > 0 && wanted {
			code = s.run(expanded(words, code))
		}
		if s.exited {
			return code
		}
		words = words[:0]
		wanted = token.text == ";" || (token.text == "&&") == (code == 0)
	}
	return code
}

func expanded(words []string, code int) []string {
	result := make([]string, len(words))
	for index, word := range words {
		result[index] = strings.ReplaceAll(word, "$?", strconv.Itoa(code))
	}
	return result
}

type shellWord struct {
	text     string
	operator bool
}

// shellWords splits a text at blanks and operators; quotes keep both.
func shellWords(text string) []shellWord {
	var words []shellWord
	var word strings.Builder
	var quote rune
	inWord := false
	end := func() {
		if inWord {
			words = append(words, shellWord{word.String(), false})
		}
		word.Reset()
		inWord = false
	}
	runes := []rune(text)
	for index := 0; index < len(runes); index++ {
		char := runes[index]
		twice := index+1 < len(runes) && runes[index+1] == char
		switch {
		case quote != 0 && char == quote:
			quote = 0
		case quote == 0 && (char == '\'' || char == '"'):
			quote, inWord = char, true
		case quote != 0:
			word.WriteRune(char)
		case char == ' ' || char == '\t':
			end()
		case char == ';' || char == '\n':
			end()
			words = append(words, shellWord{";", true})
		case (char == '&' || char == '|') && twice:
			end()
			words = append(words, shellWord{string([]rune{char, char}), true})
			index++
		default:
			word.WriteRune(char)
			inWord = true
		}
	}
	end()
	return words
}
