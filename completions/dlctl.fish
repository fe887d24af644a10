function _dlctl_completion;
    set -l response (env _DLCTL_COMPLETE=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) dlctl);

    for completion in $response;
        set -l metadata (string split --max 1 -- "," $completion);
        set -l option (string match --regex -- '^--[^=]*=' $metadata[2]);
        set -l path (string replace --regex -- '^--[^=]*=' '' $metadata[2]);

        if test $metadata[1] = "dir";
            __fish_complete_directories $path | string replace --regex '^' -- "$option";
        else if test $metadata[1] = "file";
            __fish_complete_path $path | string replace --regex '^' -- "$option";
        else if test $metadata[1] = "plain";
            echo $metadata[2];
        end;
    end;
end;

complete --no-files --command dlctl --arguments "(_dlctl_completion)";
