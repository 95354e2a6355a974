from config.server.command import main

main()
